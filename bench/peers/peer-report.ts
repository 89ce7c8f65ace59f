/** The peers' figures as tables: who is faster, by benchmark, and how often; and how the time grows with the table. */
import { markdownTable, verdict, whole } from "../markdown-table.js";
import type { PeerSummary } from "../rounds.js";
import type { BenchmarkFigure } from "../suite.js";
import { PEER_NAMES } from "./peer-work.js";

/** B4: lakelet has to be faster in so many of the sixteen merges. */
const SHAPES = 16;
const FASTER_IN: Readonly<Record<string, number>> = { "delta-rs": 14, Spark: 16 };

export function peerReport(figures: readonly BenchmarkFigure[]): readonly string[] {
  const beside = figures.filter(({ peers }) => peers.length > 0 && peers.every(({ label }) => label === undefined));
  const growing = figures.filter(({ peers }) => peers.some(({ label }) => label !== undefined));
  return [
    ...(beside.length === 0 ? [] : [peerTable(beside)]),
    ...["B4", "B4p"].flatMap((group) => shapeVerdicts(figures, group)),
    ...(growing.length === 0 ? [] : [growthTable(growing)]),
  ];
}

function peerTable(figures: readonly BenchmarkFigure[]): string {
  const head = [
    "wall ms (CPU ms)",
    "",
    "lakelet",
    "DuckDB",
    ...PEER_NAMES,
    ...PEER_NAMES.map((name) => `lakelet / ${name}`),
  ];
  const rows = figures.map((one) => {
    const found = PEER_NAMES.map((name) => one.peers.find((peer) => peer.name === name));
    const ratios = found.map((peer) => (peer === undefined ? "" : `${peer.ratio.toFixed(2)}${slower(peer)}`));
    return [
      one.id,
      one.title,
      ...[one.lakelet, one.bare, ...found].map((sample) => (sample === undefined ? "" : costs(sample))),
      ...ratios,
    ];
  });
  return markdownTable(head, rows);
}

function shapeVerdicts(figures: readonly BenchmarkFigure[], group: string): readonly string[] {
  const shapes = figures.filter(({ id, peers }) => id.startsWith(`${group}-`) && peers.length > 0);
  if (shapes.length < SHAPES) return [];
  const verdicts = PEER_NAMES.map((name) => {
    const faster = shapes.filter(({ peers }) => peers.some((peer) => peer.name === name && peer.ratio < 1)).length;
    const bar = FASTER_IN[name];
    return `than ${name} in ${faster} of ${shapes.length}${bar === undefined ? "" : ` (bar ${bar}: ${verdict(faster >= bar)})`}`;
  });
  return [`${group}: lakelet is faster ${verdicts.join(", ")}.`];
}

/** lakelet's side of the smaller table is the benchmark's limit. */
function growthTable(figures: readonly BenchmarkFigure[]): string {
  const rows = figures.flatMap((one) => {
    const peers = PEER_NAMES.map((name) => {
      const [small, large] = one.peers.filter((peer) => peer.name === name);
      return { name, small, large };
    });
    return [{ name: "lakelet", small: one.bare, large: one.lakelet }, ...peers].flatMap(({ name, small, large }) =>
      small === undefined || large === undefined
        ? []
        : [[one.id, name, costs(small), costs(large), (large.milliseconds / small.milliseconds).toFixed(2)]],
    );
  });
  return markdownTable(["B5", "wall ms (CPU ms)", "a tenth of the table", "the table", "growth"], rows);
}

function costs({ milliseconds, cpuMilliseconds }: Pick<PeerSummary, "milliseconds" | "cpuMilliseconds">): string {
  return `${whole(milliseconds)} (${whole(cpuMilliseconds)})`;
}

function slower({ ratio }: PeerSummary): string {
  return ratio < 1 ? "" : " **slower**";
}
