/** The figures as a table for people and as JSON, with the machine and the versions that they are of. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, platform, release, totalmem } from "node:os";
import Table from "cli-table3";
import type { StartFigure } from "./cold-start.js";
import type { LogFigure } from "./log-open.js";
import type { BenchOptions } from "./options.js";
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
  if (figures.logs.length > 0) parts.push(logTable(figures.logs));
  if (figures.starts.length > 0) parts.push(startTable(figures.starts));
  return `${parts.join("\n")}\n`;
}

function benchmarkTable(figures: readonly BenchmarkFigure[]): string {
  const table = new Table({
    head: ["", "", "lakelet ms", "DuckDB ms", "ratio ± MAD", "CPU", "bar", "", "peak MB", "DuckDB MB", ""],
    style: { head: [], border: [] },
  });
  for (const one of figures) {
    const allowance = one.bar.milliseconds === 0 ? "" : ` + ${one.bar.milliseconds} ms`;
    table.push([
      one.id,
      one.title,
      one.lakelet.milliseconds.toFixed(0),
      one.bare.milliseconds.toFixed(0),
      `${one.ratio.toFixed(3)} ± ${one.ratioMad.toFixed(3)}`,
      one.cpuRatio.toFixed(2),
      `${one.bar.ratio}${allowance}`,
      verdict(one.met),
      one.peak?.lakelet ?? "",
      one.peak?.bare ?? "",
      one.peak === undefined ? "" : verdict(one.peak.lakelet <= one.peak.bare + MEMORY_ALLOWANCE),
    ]);
  }
  return table.toString();
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
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const one of figures) {
    const times = [one.open, one.plan, one.planCpu, one.partitionPlan].map((time) => time.toFixed(0));
    const peers = [one.deltaRs?.toFixed(0) ?? "", one.duckdb.toFixed(0)];
    const met = one.met === undefined ? "" : verdict(one.met);
    table.push([one.table.title, one.table.files.toLocaleString("en"), ...times, ...peers, met]);
  }
  return table.toString();
}

function startTable(figures: readonly StartFigure[]): string {
  const table = new Table({ head: ["B12", "ms", "ratio", "bar", ""], style: { head: [], border: [] } });
  for (const { title, milliseconds, ratio, bar, met } of figures) {
    const barText = bar?.ratio ?? (bar?.milliseconds === undefined ? "" : `${bar.milliseconds} ms`);
    table.push([
      title,
      milliseconds.toFixed(0),
      ratio?.toFixed(2) ?? "",
      barText,
      met === undefined ? "" : verdict(met),
    ]);
  }
  return table.toString();
}

function verdict(met: boolean): string {
  return met ? "met" : "MISSED";
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
