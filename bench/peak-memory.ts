/** Peak memory of one side: a process of its own that does the work once. Also that process's entry. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createLocalSession } from "../src/session/local-session.js";
import { BareDuckDB, type EngineSettings } from "./bare-duckdb.js";
import type { Workplace } from "./benchmark.js";
import { BENCHMARKS } from "./benchmarks.js";
import { sessionOptions } from "./workplace.js";

export interface PeakRequest {
  readonly id: string;
  readonly side: "lakelet" | "bare";
  readonly place: Workplace;
  readonly settings: EngineSettings;
}

const MEGABYTE = 1024 * 1024;
const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Resident set at its highest, in MB. */
export function peakMemory(request: PeakRequest): number {
  const args = ["--import", "jiti/register", fileURLToPath(import.meta.url), JSON.stringify(request)];
  return Number(
    execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }),
  );
}

async function work({ id, side, place, settings }: PeakRequest): Promise<void> {
  const benchmark = BENCHMARKS.find((one) => one.id === id);
  if (side === "bare") {
    const duckdb = await BareDuckDB.open(settings);
    const work = benchmark?.bare(place, duckdb);
    await work?.reset();
    await work?.run();
    duckdb.close();
  } else {
    const spark = await createLocalSession(sessionOptions(place, settings));
    const work = benchmark?.lakelet(place, spark);
    await work?.reset();
    await work?.run();
    await spark.stop();
  }
  process.stdout.write(String(Math.round((process.resourceUsage().maxRSS * 1024) / MEGABYTE)));
}

const request = process.argv[2];
if (process.argv[1] === fileURLToPath(import.meta.url) && request !== undefined) await work(JSON.parse(request));
