/**
 * R7: damaged logs. A table whose log was damaged gives a typed error or its right rows, and neither hangs nor dies.
 *
 * What no reader can know is counted apart, not hidden: a commit file and a Parquet checkpoint bear no checksum, so a damage that turns one
 * valid value into another (a letter of a partition value, a digit of a statistic, `add` into `adt`, the last lines cut off at a line's end)
 * reads as what somebody else might have written. Such a damage is "beyond a reader" only where each line of the file is JSON still, or where
 * the engine decodes the checkpoint without complaint and it has as many files as the hint says. Everything else has to be told.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine } from "../../../src/duckdb/duckdb-engine.js";
import { LakeletError } from "../../../src/errors/lakelet-error.js";
import { createLocalSession, type LocalSession } from "../../../src/session/local-session.js";
import { randomNumbers, type SuiteOptions, type SuiteResult } from "../suite.js";
import { type DamagedTable, makeTables, Reader } from "./damaged-table.js";
import { damageBytes, LOG_DAMAGES } from "./damages.js";

/** Beyond this a case counts as hanging. */
const HANGS_MS = 30_000;

export interface CorruptionOptions extends SuiteOptions {
  /** Names of tables; all where absent. */
  readonly tables?: readonly string[];
  /** Where suites share one; else the suite has its own. */
  readonly spark?: LocalSession;
}

type Outcome = "error" | "rows" | "wrong rows";

interface Known {
  readonly table: DamagedTable;
  readonly text: string;
  readonly rows: string;
}

export async function run(options: CorruptionOptions): Promise<SuiteResult> {
  const { count, seed, log = () => undefined } = options;
  const folder = mkdtempSync(join(tmpdir(), "lakelet-corruption-"));
  const spark = options.spark ?? (await createLocalSession({ warehouse: join(folder, "lake"), threads: 1 }));
  try {
    const { tables, missing } = await makeTables(spark, join(folder, "tables"), options.tables);
    const reader = new Reader(spark.runtime.engine);
    const known: Known[] = [];
    for (const table of tables) {
      const { snapshot, text } = await reader.state(table.location);
      known.push({ table, text, rows: await reader.rows(snapshot) });
    }
    const suite = new Corruption(reader, known, randomNumbers(seed));
    await suite.damageLogs(join(folder, "copies"));
    while (suite.count < count) {
      await suite.damageBytes();
      if (suite.count % 1000 === 0) log(`${suite.count} of ${count} damages, ${suite.anomalies.length} anomalies`);
    }
    return { count: suite.count, anomalies: suite.anomalies, notes: [...missing, ...suite.notes()] };
  } finally {
    if (options.spark === undefined) await spark.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Corruption {
  readonly anomalies: string[] = [];
  count = 0;
  readonly #tally = new Map<string, number>();

  constructor(
    private readonly reader: Reader,
    private readonly known: readonly Known[],
    private readonly next: () => number,
  ) {}

  /** Each damage of a log as a whole, on a copy of each table with commits. */
  async damageLogs(folder: string): Promise<void> {
    for (const known of this.known) {
      for (const damage of LOG_DAMAGES) {
        const location = join(folder, known.table.name);
        cpSync(known.table.location, location, { recursive: true });
        damage.apply(location);
        const outcome = await this.#outcome(known, location);
        this.#add(`logs as a whole: ${outcome.kind}`);
        const isExpected =
          outcome.kind === damage.expected || (damage.expected === "either" && outcome.kind !== "wrong rows");
        // Two commits that changed places are valid commits both.
        const beyond =
          damage.what === "two commits swapped" || damage.what === "the checkpoint under another version's name";
        if (outcome.problem !== undefined || (!isExpected && !beyond)) {
          this.anomalies.push(
            `${known.table.name}, ${damage.what}: ${outcome.problem ?? outcome.kind} instead of ${damage.expected}`,
          );
        }
        rmSync(location, { recursive: true, force: true });
      }
    }
  }

  /** One damage of the bytes of one file. */
  async damageBytes(): Promise<void> {
    const known = this.known[Math.floor(this.next() * this.known.length)] as Known;
    const { location, files } = known.table;
    const file = files[Math.floor(this.next() * files.length)] as string;
    const path = join(location, file);
    const good = readFileSync(path);
    const { what, bytes } = damageBytes(good, this.next);
    writeFileSync(path, bytes);
    try {
      // What the log says is not changed by a damage of deletion vectors.
      const { kind, problem } = await this.#outcome(known, location, file.endsWith(".bin"));
      const where = `${known.table.name}, ${file}, ${what}`;
      if (problem !== undefined) this.anomalies.push(`${where}: ${problem}`);
      this.#add(`${kindOfFile(file)}: ${kind}`);
      if (kind === "wrong rows" && !isBeyondReaders(file, good, bytes)) this.anomalies.push(`${where}: wrong rows`);
    } finally {
      writeFileSync(path, good);
    }
  }

  notes(): readonly string[] {
    return [...this.#tally]
      .sort()
      .map(([what, count]) => `${what}${what.endsWith("wrong rows") ? " (beyond a reader)" : ""}: ${count}`);
  }

  #add(what: string): void {
    this.count++;
    this.#tally.set(what, (this.#tally.get(what) ?? 0) + 1);
  }

  async #outcome(
    { text, rows }: Known,
    location: string,
    always = false,
  ): Promise<{ readonly kind: Outcome; readonly problem?: string }> {
    try {
      return { kind: await withinTime(this.#read(text, rows, location, always)) };
    } catch (error) {
      if (error instanceof LakeletError && error.condition !== "INTERNAL_ERROR") return { kind: "error" };
      return { kind: "error", problem: `no typed error: ${error instanceof Error ? error.stack : String(error)}` };
    }
  }

  /** @param always rows are read although the log says the same, by an engine that has kept nothing */
  async #read(text: string, rows: string, location: string, always: boolean): Promise<Outcome> {
    const engine = always ? await createEngine({ threads: 1 }) : undefined;
    try {
      const reader = engine === undefined ? this.reader : new Reader(engine);
      const found = await reader.state(location);
      if (found.text === text && !always) return "rows";
      return (await reader.rows(found.snapshot)) === rows ? "rows" : "wrong rows";
    } finally {
      await engine?.close();
    }
  }
}

function kindOfFile(file: string): string {
  if (file.endsWith("_last_checkpoint")) return "hint";
  if (file.endsWith(".bin")) return "deletion vectors";
  if (file.includes("_sidecars")) return "sidecar";
  return file.includes(".checkpoint.") ? "checkpoint" : "commit";
}

/** See the head of this file. */
function isBeyondReaders(file: string, good: Buffer, bytes: Buffer): boolean {
  if (file.endsWith(".parquet")) return bytes.length === good.length;
  if (!file.endsWith(".json")) return false;
  try {
    for (const line of bytes.toString("utf8").split("\n")) if (line.trim() !== "") JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${HANGS_MS} ms`)), HANGS_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
