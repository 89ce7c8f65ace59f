/** Rounds in which both sides do the same work in turn, and what their times come to. */
import type { Side } from "./benchmark.js";

export interface Sample {
  /** Wall time. */
  readonly milliseconds: number;
  /** Of all threads of the process. */
  readonly cpuMilliseconds: number;
}

/** A peer times itself, in its own process. */
export interface PeerSide {
  readonly name: string;
  /** Where a peer has more than one task: which this is. */
  readonly label?: string | undefined;
  reset(): Promise<void>;
  run(): Promise<Sample>;
}

export interface Round {
  readonly lakelet: Sample;
  readonly bare: Sample;
  /** In the order of the sides. */
  readonly peers?: readonly PeerSampleOf[];
}

export interface PeerSampleOf extends Sample, Pick<PeerSide, "name" | "label"> {}

export interface PeerSummary extends Sample, Pick<PeerSide, "name" | "label"> {
  /** Median of the rounds' ratios of lakelet's wall time, and CPU time, to the peer's: below one, lakelet is faster. */
  readonly ratio: number;
  readonly cpuRatio: number;
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
  readonly peers: readonly PeerSummary[];
}

/** Rounds to warm up, then the rounds that count. Which side begins changes each time. */
export async function playRounds(
  lakelet: Side,
  bare: Side,
  peers: readonly PeerSide[],
  warmUps: number,
  count: number,
  afterFirst: () => Promise<void>,
): Promise<readonly Round[]> {
  for (let i = 0; i < warmUps; i++) await playRound(lakelet, bare, peers, i);
  await afterFirst();
  const rounds: Round[] = [];
  for (let i = 0; i < count; i++) rounds.push(await playRound(lakelet, bare, peers, i));
  return rounds;
}

async function playRound(lakelet: Side, bare: Side, peers: readonly PeerSide[], number: number): Promise<Round> {
  const samples: PeerSampleOf[] = [];
  const playPeers = async (order: readonly number[]) => {
    for (const i of order) {
      const peer = peers[i];
      if (peer) samples[i] = { ...(await timedByPeer(peer)), name: peer.name, label: peer.label };
    }
  };
  const order = peers.map((_, i) => i);
  // The two whose ratio is the bar stay together.
  if (number % 2 === 0) {
    const first = await timed(lakelet);
    const round = { lakelet: first, bare: await timed(bare) };
    await playPeers(order);
    return { ...round, peers: samples };
  }
  await playPeers(order.reverse());
  const first = await timed(bare);
  return { lakelet: await timed(lakelet), bare: first, peers: samples };
}

async function timedByPeer(peer: PeerSide): Promise<Sample> {
  await peer.reset();
  return peer.run();
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
    peers: (rounds[0]?.peers ?? []).map((_, i) => summariseOfPeer(i, rounds)),
    overBar: median(rounds.map(({ lakelet, bare }) => lakelet.milliseconds - barRatio * bare.milliseconds)),
  };
}

function summariseOfPeer(index: number, rounds: readonly Round[]): PeerSummary {
  const pairs = rounds.flatMap(({ lakelet, peers }) => {
    const peer = peers?.[index];
    return peer === undefined ? [] : [{ lakelet, peer }];
  });
  return {
    name: pairs[0]?.peer.name ?? "",
    label: pairs[0]?.peer.label,
    ...middle(pairs.map(({ peer }) => peer)),
    ratio: median(pairs.map(({ lakelet, peer }) => lakelet.milliseconds / peer.milliseconds)),
    cpuRatio: median(pairs.map(({ lakelet, peer }) => lakelet.cpuMilliseconds / peer.cpuMilliseconds)),
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
