import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Snapshot } from "../../src/delta/contract.js";
import { createDeltaLog } from "../../src/delta/delta-log.js";
import { absolutePath } from "../../src/delta/file-path.js";
import { enginePartitionValue } from "../../src/delta/partition-value.js";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { DataFile, Engine } from "../../src/engine/engine.js";
import { LakeletError } from "../../src/errors/lakelet-error.js";
import { findField, STRING } from "../../src/schema/data-type.js";
import { LocalStorage } from "../../src/storage/local-storage.js";

interface CorpusTable {
  readonly name: string;
  readonly category: string;
  readonly expected_rows?: number | null;
  readonly computed_rows?: number | null;
  readonly latest_version: number | null;
  readonly protocol?: { readonly readerFeatures: readonly string[] | null } | null;
  readonly column_mapping_mode?: string;
  readonly partition_columns?: readonly string[];
  readonly columns?: readonly string[];
}

const shared = process.env.LAKELET_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url));
const corpus = path.join(shared, "corpus");
const present = existsSync(path.join(corpus, "manifest.json"));
const tables: readonly CorpusTable[] = present
  ? JSON.parse(readFileSync(path.join(corpus, "manifest.json"), "utf8")).tables
  : [];

/** What reading refuses for now; a later feature is taken out here and in the table of features. */
const REFUSED = new Set([
  "deletionVectors",
  "typeWidening-preview",
  "variantType",
  "variantType-preview",
  "variantShredding-preview",
  "geospatial",
  "catalogManaged",
]);

function refusedFeatures({ protocol, column_mapping_mode }: CorpusTable): readonly string[] {
  const listed = (protocol?.readerFeatures ?? []).filter((name) => REFUSED.has(name));
  return (column_mapping_mode ?? "none") === "none" ? listed : ["columnMapping", ...listed];
}

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
});
afterAll(() => engine.close());

function snapshotOf({ name }: CorpusTable): Promise<Snapshot> {
  return createDeltaLog(new LocalStorage(), engine, path.join(corpus, name, "delta")).snapshot();
}

/** Rows by the statistics, or counted in the files that have none. */
async function countRows(snapshot: Snapshot): Promise<number> {
  let rows = 0;
  const uncounted: DataFile[] = [];
  for await (const batch of snapshot.files()) {
    for (const file of batch) {
      const records = /"numRecords":\s*(\d+)/.exec(file.stats ?? "")?.[1];
      if (records !== undefined) rows += Number(records);
      else
        uncounted.push({
          path: absolutePath(snapshot.location, file.path),
          partition: partitionOf(snapshot, file.partitionValues),
        });
    }
  }
  if (uncounted.length === 0) return rows;
  const { schema, partitionColumns } = snapshot;
  const relation = await engine.scan({ files: uncounted, schema, partitionColumns });
  const counted = await engine.run(`SELECT count(*) FROM ${relation}`);
  return rows + Number(counted.rows[0]?.[0]);
}

function partitionOf(
  snapshot: Snapshot,
  values: Readonly<Record<string, string | null>>,
): Record<string, string | null> {
  const entries = snapshot.partitionColumns.map((name) => [
    name,
    enginePartitionValue(findField(snapshot.schema, name)?.dataType ?? STRING, values[name] ?? null),
  ]);
  return Object.fromEntries(entries);
}

describe.skipIf(!present)(`tables written by others${present ? "" : " (skipped: the corpus is not here)"}`, () => {
  const refused = tables.filter((table) => table.category !== "must-error" && refusedFeatures(table).length > 0);
  const broken = tables.filter((table) => table.category === "must-error");
  const lenient = tables.filter((table) => table.category === "lenient");
  const readable = tables.filter((table) => ![...refused, ...broken, ...lenient].includes(table));

  it("are all accounted for", () => {
    expect(tables).toHaveLength(refused.length + broken.length + lenient.length + readable.length);
    expect(readable.length).toBeGreaterThan(70);
  });

  it.each(readable.map((table) => ({ ...table })))("$name gives its version, columns and rows", async (table) => {
    const snapshot = await snapshotOf(table);
    expect(snapshot.version).toBe(table.latest_version);
    expect(snapshot.partitionColumns).toEqual(table.partition_columns);
    expect(snapshot.schema.fields.map((column) => column.name)).toEqual(table.columns);
    const rows = table.expected_rows ?? table.computed_rows;
    // Some have the log only, and no statistics either.
    const countable = rows !== null && rows !== undefined && !(table.category === "log-only" && rows === 0);
    if (countable) expect(await countRows(snapshot)).toBe(rows);
    const { files } = await snapshot.size();
    expect(files === 0).toBe(rows === 0);
  });

  it.each(refused.map((table) => ({ ...table })))("$name is refused by the name of its feature", async (table) => {
    await expect(snapshotOf(table)).rejects.toMatchObject({ condition: "DELTA_UNSUPPORTED_FEATURES_FOR_READ" });
    const error = (await snapshotOf(table).catch((one: unknown) => one)) as LakeletError;
    const named = error.parameters.unsupported?.split(", ") ?? [];
    expect(refusedFeatures(table)).toEqual(
      expect.arrayContaining(named.filter((name) => REFUSED.has(name) || name === "columnMapping")),
    );
    expect(named.some((name) => refusedFeatures(table).includes(name))).toBe(true);
  });

  it.each(broken.map((table) => ({ ...table })))("$name cannot be read, and a typed error says why", async (table) => {
    const error = await snapshotOf(table).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(LakeletError);
    expect((error as LakeletError).condition).toMatch(/^DELTA_/);
  });

  it.each(lenient.map((table) => ({ ...table })))("$name gives its rows or a typed error", async (table) => {
    const outcome = await snapshotOf(table).then(countRows, (error: unknown) => error);
    if (typeof outcome === "number") expect(outcome).toBe(table.expected_rows ?? table.computed_rows);
    else expect(outcome).toBeInstanceOf(LakeletError);
  });
});
