/** Small tables whose logs are damaged, and what a new reader makes of them: all rows, and the rows of some keys. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { scanRequest } from "../../../src/commands/data-file.js";
import type { AddFile } from "../../../src/delta/actions.js";
import type { Snapshot } from "../../../src/delta/contract.js";
import { createDeltaLog } from "../../../src/delta/delta-log.js";
import type { Engine } from "../../../src/engine/engine.js";
import type { SkippingPredicate } from "../../../src/expression/skipping-predicate.js";
import type { SparkSession } from "../../../src/session/contract.js";
import { LocalStorage } from "../../../src/storage/local-storage.js";

export interface DamagedTable {
  readonly name: string;
  readonly location: string;
  /** Names of the files that are damaged, in the table's folder. */
  readonly files: readonly string[];
}

const COLUMNS = "(id INT, name STRING, p STRING) USING delta PARTITIONED BY (p)";
const WRITES: readonly string[] = [
  "INSERT INTO {t} VALUES (1, 'one', 'a'), (2, 'two', 'b'), (3, NULL, 'a')",
  "INSERT INTO {t} VALUES (4, 'four', 'b'), (5, 'five', 'ä %')",
  "DELETE FROM {t} WHERE id = 2",
  "INSERT INTO {t} VALUES (6, 'six', NULL)",
  "UPDATE {t} SET name = 'drei' WHERE id = 3",
  "ALTER TABLE {t} ADD COLUMNS (extra DOUBLE)",
  "INSERT INTO {t} VALUES (7, 'seven', 'c', 1.5)",
];
/** Keys that are looked for one by one, so that statistics matter. */
const KEYS = [1, 3, 4, 6, 7];

const TABLES: readonly { readonly name: string; readonly properties: string; readonly needed?: "checkpoint" }[] = [
  { name: "commits", properties: "'delta.checkpointInterval' = '100'" },
  { name: "checkpoint and commits", properties: "'delta.checkpointInterval' = '5'" },
  { name: "checkpoint alone", properties: "'delta.checkpointInterval' = '5'", needed: "checkpoint" },
  {
    name: "v2 checkpoint",
    properties: "'delta.checkpointInterval' = '5', 'delta.checkpointPolicy' = 'v2'",
    needed: "checkpoint",
  },
  {
    name: "deletion vectors",
    properties: "'delta.checkpointInterval' = '100', 'delta.enableDeletionVectors' = 'true'",
  },
];

/** Makes the tables; those that the product cannot make yet are told in `missing`. */
export async function makeTables(
  spark: SparkSession,
  folder: string,
  only?: readonly string[],
): Promise<{ readonly tables: readonly DamagedTable[]; readonly missing: readonly string[] }> {
  const tables: DamagedTable[] = [];
  const missing: string[] = [];
  for (const { name, properties, needed } of TABLES) {
    if (only !== undefined && !only.includes(name)) continue;
    const location = join(folder, name);
    const table = `delta.\`${location}\``;
    try {
      await spark.execute(`CREATE TABLE ${table} ${COLUMNS} TBLPROPERTIES (${properties})`);
      for (const write of WRITES) await spark.execute(write.replace("{t}", table));
    } catch (error) {
      missing.push(`not there yet: ${name}: ${error instanceof Error ? error.message : String(error)}`);
      continue;
    }
    if (needed === "checkpoint") removeCheckpointed(location);
    tables.push({ name, location, files: damagedFiles(location) });
  }
  return { tables, missing };
}

/** Without the commits that the checkpoint stands for, there is nothing to fall back to. */
function removeCheckpointed(location: string): void {
  const log = join(location, "_delta_log");
  for (const name of readdirSync(log)) {
    if (/^\d{20}\.json$/.test(name) && Number(name.slice(0, 20)) <= 5) rmSync(join(log, name));
  }
}

function damagedFiles(location: string): readonly string[] {
  const log = readdirSync(join(location, "_delta_log"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(json|parquet)$|_last_checkpoint$/.test(name))
    .map((name) => join("_delta_log", name));
  return [...log, ...readdirSync(location).filter((name) => name.endsWith(".bin"))].sort();
}

export class Reader {
  readonly #storage = new LocalStorage();
  constructor(private readonly engine: Engine) {}

  /** What the log says, as text: equal texts give equal rows where the files are good. */
  async state(location: string): Promise<{ readonly snapshot: Snapshot; readonly text: string }> {
    const snapshot = await createDeltaLog(this.#storage, this.engine, location).snapshot();
    const files: string[] = [];
    for await (const batch of snapshot.files()) files.push(...batch.map(fileText));
    const { schemaString, partitionColumns, configuration } = snapshot.metadata;
    const text = JSON.stringify([schemaString, partitionColumns, configuration, files.sort()]);
    return { snapshot, text };
  }

  /** All rows and those of each key, as text. */
  async rows(snapshot: Snapshot): Promise<string> {
    const found = [await this.#read(snapshot)];
    // Its name was damaged: a query of it would not get as far as here.
    if (!snapshot.schema.fields.some(({ name }) => name === "id")) return "no such column";
    for (const key of KEYS) {
      found.push(
        await this.#read(snapshot, { kind: "compare", operator: "=", column: ["id"], value: key }, `id = ${key}`),
      );
    }
    return found.join("\n");
  }

  async #read(snapshot: Snapshot, predicate?: SkippingPredicate, condition = "TRUE"): Promise<string> {
    const files: AddFile[] = [];
    for await (const batch of snapshot.files(predicate)) files.push(...batch);
    const relation = await this.engine.scan(scanRequest(this.#storage, snapshot, files));
    const { rows } = await this.engine.run(`SELECT * FROM ${relation} AS t WHERE ${condition}`);
    return rows
      .map((row) => JSON.stringify(row))
      .sort()
      .join(" ");
  }
}

function fileText({ path, partitionValues, stats, deletionVector }: AddFile): string {
  const values = Object.entries(partitionValues).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([path, values, stats, deletionVector]);
}
