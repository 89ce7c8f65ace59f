/** The figures as Markdown tables and as JSON, with the machine and the versions that they are of. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, platform, release, totalmem } from "node:os";
import type { StartFigure } from "./cold-start.js";
import type { DagFigure } from "./dag.js";
import type { LogFigure } from "./log-open.js";
import { markdownTable, verdict, whole } from "./markdown-table.js";
import type { MemoryFigures } from "./merge-memory.js";
import type { BenchOptions } from "./options.js";
import type { OverheadFigure } from "./overheads.js";
import { peerReport } from "./peers/peer-report.js";
import { pipelineReport } from "./pipeline/pipeline-report.js";
import type { BenchmarkFigure, Figures } from "./suite.js";

/** lakelet's peak may be so many MB above bare DuckDB's in Node. */
const MEMORY_ALLOWANCE = 200;

export function figuresJson(figures: Figures, options: BenchOptions): string {
  const { rows, rounds, threads, memoryLimit } = options;
  return `${JSON.stringify({ ...machine(), rows, rounds, threads, memoryLimit, ...figures }, null, 2)}\n`;
}

export function figuresText(figures: Figures, options: BenchOptions): string {
  const { cpu, cores, memoryGigabytes, system, versions } = machine();
  const parts = [
    `${options.rows.toLocaleString("en")} orders, ${options.rounds} rounds, ${options.threads} threads, ${options.memoryLimit} for each engine`,
    `${cpu}, ${cores} cores, ${memoryGigabytes} GB; ${system}; Node ${versions.node}, DuckDB ${versions.duckdb}, lakelet ${versions.lakelet} (${versions.commit})`,
  ];
  if (figures.benchmarks.length > 0) parts.push(benchmarkTable(figures.benchmarks));
  parts.push(...peerReport(figures.benchmarks));
  if (figures.logs.length > 0) parts.push(logTable(figures.logs));
  if (figures.memory) parts.push(memoryTable(figures.memory));
  if (figures.pipeline) parts.push(pipelineReport(figures.pipeline));
  if (figures.starts.length > 0) parts.push(startTable(figures.starts));
  if (figures.dags.length > 0) parts.push(dagTable(figures.dags));
  if (figures.overheads.length > 0) parts.push(overheadTable(figures.overheads));
  return `${parts.join("\n\n")}\n`;
}

function benchmarkTable(figures: readonly BenchmarkFigure[]): string {
  const head = ["", "", "lakelet ms", "DuckDB ms", "ratio ± MAD", "CPU", "bar", "", "peak MB", "DuckDB MB", ""];
  const rows = figures.map((one) => {
    const allowance = one.bar.milliseconds === 0 ? "" : ` + ${one.bar.milliseconds} ms`;
    return [
      one.id,
      one.title,
      whole(one.lakelet.milliseconds),
      whole(one.bare.milliseconds),
      `${one.ratio.toFixed(3)} ± ${one.ratioMad.toFixed(3)}`,
      one.cpuRatio.toFixed(2),
      `${one.bar.ratio}${allowance}`,
      verdict(one.met),
      one.peak?.lakelet ?? "",
      one.peak?.bare ?? "",
      one.peak === undefined ? "" : verdict(one.peak.lakelet <= one.peak.bare + MEMORY_ALLOWANCE),
    ];
  });
  return markdownTable(head, rows);
}

function logTable(figures: readonly LogFigure[]): string {
  const head = [
    "B9",
    "files",
    "open + plan ms",
    "plan ms",
    "CPU",
    "by partition ms",
    "delta-rs ms",
    "DuckDB SQL ms",
    "",
  ];
  const rows = figures.map((one) => {
    const times = [one.open, one.plan, one.planCpu, one.partitionPlan].map(whole);
    const peers = [one.deltaRs === undefined ? "" : whole(one.deltaRs), whole(one.duckdb)];
    const met = one.met === undefined ? "" : verdict(one.met);
    return [one.table.title, one.table.files.toLocaleString("en"), ...times, ...peers, met];
  });
  return markdownTable(head, rows);
}

function memoryTable({ table, limitMegabytes, figures }: MemoryFigures): string {
  const title = `B13: MERGE of one in ten of ${table.rows.toLocaleString("en")} rows, ${table.megabytes} MB in the engine, whose limit is ${limitMegabytes} MB; each in a process of its own, whose greatest resident set is the peak`;
  const rows = figures.map(({ who, cost, failure }) =>
    cost
      ? [who, whole(cost.milliseconds), whole(cost.cpuMilliseconds), cost.peakMegabytes, "completes"]
      : [who, "", "", "", `**fails**: ${failure}`],
  );
  return `${title}\n\n${markdownTable(["B13", "ms", "CPU ms", "peak MB", ""], rows)}`;
}

function startTable(figures: readonly StartFigure[]): string {
  const rows = figures.map(({ title, milliseconds, ratio, bar, met }) => {
    const barText = bar?.ratio ?? (bar?.milliseconds === undefined ? "" : `${bar.milliseconds} ms`);
    return [title, whole(milliseconds), ratio?.toFixed(2) ?? "", barText, met === undefined ? "" : verdict(met)];
  });
  return markdownTable(["B12", "ms", "ratio", "bar", ""], rows);
}

function dagTable(figures: readonly DagFigure[]): string {
  const peers = figures[0]?.peers.map(({ name, version }) => `${name} ${version} s`) ?? [];
  const head = ["B11", "tasks", "validate ms", "", "run s", "ms a task", "", "MB warm, end", "", ...peers];
  const rows = figures.map(({ shape, tasks, validate, seconds, perTask, memory, met, peers: others }) => [
    shape,
    tasks,
    whole(validate),
    verdict(met.validate),
    seconds.toFixed(2),
    perTask.toFixed(1),
    verdict(met.perTask),
    `${whole(memory.warm)}, ${whole(memory.end)}`,
    verdict(met.memory),
    ...others.map((one) => one.seconds.toFixed(2)),
  ]);
  return markdownTable(head, rows);
}

function overheadTable(figures: readonly OverheadFigure[]): string {
  const rows = figures.map(({ id, title, value, unit, limit, ratio, bar, met }) => {
    const barText = bar.ratio === undefined ? `${bar.value} ${unit}` : String(bar.ratio);
    const shown = (figure: number) => `${figure < 100 ? figure.toFixed(2) : whole(figure)} ${unit}`;
    return [
      id,
      title,
      shown(value),
      limit === undefined ? "" : shown(limit),
      ratio?.toFixed(2) ?? "",
      barText,
      verdict(met),
    ];
  });
  return markdownTable(["", "", "lakelet", "held against", "ratio", "bar", ""], rows);
}

interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly versions: Readonly<Record<"node" | "duckdb" | "lakelet" | "commit", string>>;
}

function machine(): Machine {
  const { version, dependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    versions: {
      node: process.versions.node,
      duckdb: String(dependencies["@duckdb/node-api"]),
      lakelet: String(version),
      commit: commit(),
    },
  };
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], {
      cwd: new URL("..", import.meta.url),
      encoding: "utf8",
    }).trim();
  } catch {
    // An unpacked archive is no repository.
    return "no commit";
  }
}
