/** Rounds in which both sides do the same work in turn, and what their times come to. */
import type { Side } from "./benchmark.js";

export interface Sample {
  /** Wall time. */
  readonly milliseconds: number;
  /** Of all threads of the process. */
  readonly cpuMilliseconds: number;
}

export interface Round {
  readonly lakelet: Sample;
  readonly bare: Sample;
}

export interface Summary {
  readonly lakelet: Sample;
  readonly bare: Sample;
  /** Median of the rounds' ratios, and the median of their distance from it. */
  readonly ratio: number;
  readonly ratioMad: number;
  readonly cpuRatio: number;
  /** Median over the rounds of lakelet's time beyond what the bar's ratio allows. */
  readonly overBar: number;
}

/** One round to warm up, then the rounds that count. Which side begins changes each time. */
export async function playRounds(
  lakelet: Side,
  bare: Side,
  count: number,
  afterFirst: () => Promise<void>,
): Promise<readonly Round[]> {
  await timed(bare);
  await timed(lakelet);
  await afterFirst();
  const rounds: Round[] = [];
  for (let i = 0; i < count; i++) {
    if (i % 2 === 0) {
      const first = await timed(lakelet);
      rounds.push({ lakelet: first, bare: await timed(bare) });
    } else {
      const first = await timed(bare);
      rounds.push({ lakelet: await timed(lakelet), bare: first });
    }
  }
  return rounds;
}

async function timed(side: Side): Promise<Sample> {
  await side.reset();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await side.run();
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { milliseconds, cpuMilliseconds: (user + system) / 1000 };
}

export function summarise(rounds: readonly Round[], barRatio: number): Summary {
  const ratios = rounds.map(({ lakelet, bare }) => lakelet.milliseconds / bare.milliseconds);
  const ratio = median(ratios);
  return {
    lakelet: middle(rounds.map((one) => one.lakelet)),
    bare: middle(rounds.map((one) => one.bare)),
    ratio,
    ratioMad: median(ratios.map((one) => Math.abs(one - ratio))),
    cpuRatio: median(rounds.map(({ lakelet, bare }) => lakelet.cpuMilliseconds / bare.cpuMilliseconds)),
    overBar: median(rounds.map(({ lakelet, bare }) => lakelet.milliseconds - barRatio * bare.milliseconds)),
  };
}

function middle(samples: readonly Sample[]): Sample {
  return {
    milliseconds: median(samples.map((one) => one.milliseconds)),
    cpuMilliseconds: median(samples.map((one) => one.cpuMilliseconds)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const [lower, upper] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((lower ?? Number.NaN) + (upper ?? Number.NaN)) / 2;
}
