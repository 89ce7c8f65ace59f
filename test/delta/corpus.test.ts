import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { liveRecordCount, scanRequest } from "../../src/commands/data-file.js";
import { liveFiles } from "../../src/commands/table-state.js";
import type { Snapshot } from "../../src/delta/contract.js";
import { createDeltaLog } from "../../src/delta/delta-log.js";
import { absolutePath } from "../../src/delta/file-path.js";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../src/engine/engine.js";
import { LakeletError } from "../../src/errors/lakelet-error.js";
import { engineName, engineString } from "../../src/schema/engine-type.js";
import { LocalStorage } from "../../src/storage/local-storage.js";

interface CorpusTable {
  readonly name: string;
  readonly category: "expected-parquet" | "asserted" | "computed-only" | "log-only" | "must-error" | "lenient";
  readonly expected_rows?: number | null;
  readonly computed_rows?: number | null;
  readonly latest_version: number | null;
  readonly protocol?: { readonly readerFeatures: readonly string[] | null } | null;
  readonly partition_columns?: readonly string[];
  readonly columns?: readonly string[];
}

const shared = process.env.LAKELET_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url));
const corpus = path.join(shared, "corpus");
const present = existsSync(path.join(corpus, "manifest.json"));
const tables: readonly CorpusTable[] = present
  ? JSON.parse(readFileSync(path.join(corpus, "manifest.json"), "utf8")).tables
  : [];

/** Types and commits that no engine but their inventors' knows how to read. */
const REFUSED = ["geospatial", "catalogManaged"];

function refusedFeatures({ protocol }: CorpusTable): readonly string[] {
  return (protocol?.readerFeatures ?? []).filter((name) => REFUSED.includes(name));
}

const storage = new LocalStorage();
let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
});
afterAll(() => engine.close());

function snapshotOf({ name }: CorpusTable, version?: number): Promise<Snapshot> {
  return createDeltaLog(storage, engine, path.join(corpus, name, "delta")).snapshot(version);
}

async function relationOf(snapshot: Snapshot): Promise<string> {
  return engine.scan(scanRequest(storage, snapshot, await liveFiles(snapshot)));
}

/** Every value is read, so that a column that cannot be is found out; of some tables only the log is here. */
async function countRows(snapshot: Snapshot): Promise<number> {
  const files = await liveFiles(snapshot);
  const counts = files.map(liveRecordCount);
  const isHere = files.every((file) => existsSync(absolutePath(snapshot.location, file.path)));
  if (!isHere && !counts.includes(undefined)) return Number(counts.reduce((sum: bigint, one) => sum + (one ?? 0n), 0n));
  const { rows } = await engine.run(`SELECT count(*), max(hash(t)) FROM ${await relationOf(snapshot)} AS t`);
  return Number(rows[0]?.[0]);
}

/** Folders of expected content by the version that they are of. */
function expectedContents({ name, latest_version }: CorpusTable): readonly (readonly [number | null, string])[] {
  const folder = path.join(corpus, name, "expected");
  return readdirSync(folder).map((one) => {
    const version = /^v(\d+)$/.exec(one)?.[1];
    return [version === undefined ? latest_version : Number(version), path.join(folder, one, "table_content")];
  });
}

describe.skipIf(!present)(`tables written by others${present ? "" : " (skipped: the corpus is not here)"}`, () => {
  const refused = tables.filter((table) => table.category !== "must-error" && refusedFeatures(table).length > 0);
  const of = (...categories: readonly CorpusTable["category"][]) =>
    tables
      .filter((table) => categories.includes(table.category) && !refused.includes(table))
      .map((one) => ({ ...one }));
  const counted = of("expected-parquet", "asserted", "computed-only");

  it("are all accounted for", () => {
    expect(refused.length).toBeLessThanOrEqual(REFUSED.length);
    expect(counted.length).toBeGreaterThan(100);
    expect(tables).toHaveLength(refused.length + counted.length + of("log-only", "must-error", "lenient").length);
  });

  it.each(counted)("$name gives its version, columns and rows", async (table) => {
    const snapshot = await snapshotOf(table);
    expect(snapshot.version).toBe(table.latest_version);
    expect(snapshot.partitionColumns).toEqual(table.partition_columns);
    expect(snapshot.schema.fields.map((column) => column.name)).toEqual(table.columns);
    expect(await countRows(snapshot)).toBe(table.expected_rows ?? table.computed_rows);
  });

  it.each(of("expected-parquet"))("$name gives its content at each version", async (table) => {
    const contents = expectedContents(table);
    expect(contents).not.toHaveLength(0);
    for (const [version, folder] of contents) {
      const snapshot = await snapshotOf(table, version ?? undefined);
      const columns = snapshot.schema.fields.map((column) => engineName(column.name)).join(", ");
      const actual = `SELECT ${columns} FROM ${await relationOf(snapshot)} AS t`;
      const expected = `SELECT ${columns} FROM read_parquet(${engineString(path.join(folder, "*.parquet"))}) AS t`;
      const differences = await engine.run(
        `(SELECT 'extra', * FROM (${actual} EXCEPT ALL ${expected})) UNION ALL (SELECT 'missing', * FROM (${expected} EXCEPT ALL ${actual})) LIMIT 10`,
      );
      expect(differences.rows).toEqual([]);
    }
  });

  it.each(of("log-only"))("$name gives its version, columns and files", async (table) => {
    const snapshot = await snapshotOf(table);
    expect(snapshot.version).toBe(table.latest_version);
    expect(snapshot.schema.fields.map((column) => column.name)).toEqual(table.columns);
    const { files } = await snapshot.size();
    expect(files === 0).toBe((table.expected_rows ?? table.computed_rows) === 0);
  });

  it.each(refused.map((table) => ({ ...table })))("$name is refused by the name of its feature", async (table) => {
    const error = (await snapshotOf(table).catch((one: unknown) => one)) as LakeletError;
    expect(error.condition).toBe("DELTA_UNSUPPORTED_FEATURES_FOR_READ");
    expect(error.parameters.unsupported?.split(", ")).toEqual(expect.arrayContaining([...refusedFeatures(table)]));
  });

  it.each(of("must-error"))("$name cannot be read, and a typed error says why", async (table) => {
    const error = await snapshotOf(table).then(countRows, (one: unknown) => one);
    expect(error).toBeInstanceOf(LakeletError);
    expect((error as LakeletError).condition).toMatch(/^DELTA_/);
  });

  it.each(of("lenient"))("$name gives its rows or a typed error", async (table) => {
    const outcome = await snapshotOf(table)
      .then(countRows)
      .catch((error: unknown) => error);
    if (typeof outcome === "number") expect(outcome).toBe(table.expected_rows ?? table.computed_rows);
    else expect(outcome).toBeInstanceOf(LakeletError);
  });
});
