/** Time and peak memory of work in a process of its own, without the loader of TypeScript. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { EngineSettings } from "./bare-duckdb.js";
import type { PeerSample } from "./peers/peer-process.js";

export type ProcessCost = PeerSample;

/** A statement of a session, or a COPY of a query by bare DuckDB. */
export type ProcessWork = {
  /** Of the built package. */
  readonly packageFolder: string;
  readonly settings: EngineSettings;
} & (
  | { readonly do: "session"; readonly warehouse: string; readonly sql: string }
  | { readonly do: "copy"; readonly query: string; readonly location: string }
);

export async function processCost(work: ProcessWork): Promise<ProcessCost> {
  const program = join(import.meta.dirname, "process-cost.mjs");
  const child = spawn(process.execPath, [program, JSON.stringify(work)], { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
  if (code === 0) return JSON.parse(stdout);
  throw new Error(/^.*Error.*/m.exec(stderr)?.[0] ?? `it ended with ${code}`);
}

async function ended(child: ChildProcess): Promise<number | string> {
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return code ?? signal ?? 0;
}
