/** R6: lakelet, Spark and delta-rs change the same tables in turn, and each reads what the model of the rows has. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalSession } from "../../../src/session/local-session.js";
import { type Peers, peers as sharedPeers } from "../../interop/peers.js";
import { randomNumbers, type SuiteOptions, type SuiteResult } from "../suite.js";
import { MixedRun } from "./mixed-run.js";
import { MIXED_TABLES } from "./mixed-table.js";

export interface MixedOptions extends SuiteOptions {
  /** Names of the tables; all where left out. */
  readonly tables?: readonly string[];
  /** The process of Spark and delta-rs, where one is there. */
  readonly peers?: Peers;
}

export function peersMissing(): string | undefined {
  try {
    execFileSync(join(import.meta.dirname, "../../interop/peers.sh"), ["--installed"]);
    return undefined;
  } catch {
    return "npm run test:interop has not installed Spark and delta-rs";
  }
}

/** `count` is the number of commits, spread over the tables. */
export async function run(options: MixedOptions): Promise<SuiteResult> {
  const folder = mkdtempSync(join(tmpdir(), "lakelet-mixed-"));
  const peers = options.peers ?? sharedPeers();
  const tables = MIXED_TABLES.filter(({ name }) => options.tables?.includes(name) ?? true);
  const each = Math.ceil(options.count / tables.length);
  const [anomalies, notes]: [string[], string[]] = [[], []];
  let count = 0;
  const spark = await createLocalSession({ warehouse: join(folder, "lake"), threads: 2 });
  try {
    for (const [index, table] of tables.entries()) {
      const began = performance.now();
      const path = join(folder, `table-${index}`);
      const run = new MixedRun({ spark, peers }, table, path, randomNumbers(options.seed + index));
      await run.create();
      while (run.commits < each && run.anomalies.length === 0) await run.turn();
      await run.check();
      await run.checkPast();
      count += run.commits;
      anomalies.push(...run.anomalies);
      const turns = Object.entries(run.turns).map(([who, number]) => `${who} ${number}`);
      const seconds = Math.round((performance.now() - began) / 1000);
      notes.push(`${table.name}: ${run.commits} commits (${turns.join(", ")})`);
      options.log?.(`${notes.at(-1)}, ${run.anomalies.length} anomalies, ${seconds} s`);
    }
    return { count, anomalies, notes };
  } finally {
    await spark.stop();
    if (anomalies.length === 0) rmSync(folder, { recursive: true, force: true });
    else options.log?.(`what is left: ${folder}`);
  }
}
