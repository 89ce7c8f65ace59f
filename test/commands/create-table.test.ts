import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { alterTable } from "../../src/commands/alter/alter-table.js";
import type { Alteration } from "../../src/commands/alter/alteration.js";
import { append } from "../../src/commands/append.js";
import type { TargetTable } from "../../src/commands/contract.js";
import { type CreateMode, createTable, type TableDefinition } from "../../src/commands/create-table.js";
import { createTableAs } from "../../src/commands/create-table-as.js";
import { DETAIL_SCHEMA, describeDetail } from "../../src/commands/describe-detail.js";
import { describeHistory } from "../../src/commands/describe-history.js";
import {
  DATE,
  field,
  INTEGER,
  LONG,
  STRING,
  type StructField,
  struct,
  TIMESTAMP_NTZ,
  VOID,
} from "../../src/schema/data-type.js";
import { type Lake, openLake } from "./lake.js";

let lake: Lake;
let target: TargetTable;
let number = 0;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());
beforeEach(() => {
  target = lake.table(`t${number++}`);
});

const schema = struct([field("id", LONG, false), field("day", DATE)]);
const define = (definition: Partial<TableDefinition> = {}, mode: CreateMode = "create") =>
  createTable(lake.context, target, { schema, partitionBy: [], properties: {}, external: false, ...definition }, mode);
const snapshot = () => lake.context.log(target.location).snapshot();

describe("CREATE TABLE", () => {
  it("makes a table of reader 1 and writer 2 without rows", async () => {
    const { version } = await define({ partitionBy: ["DAY"], comment: "days", properties: { owner: "me" } });
    expect(version).toBe(0);
    const { metadata, protocol, schema: kept } = await snapshot();
    expect(protocol).toEqual({ minReaderVersion: 1, minWriterVersion: 2 });
    expect(metadata).toMatchObject({ description: "days", partitionColumns: ["day"], configuration: { owner: "me" } });
    expect(kept).toEqual(schema);
    const history = await describeHistory(lake.context, target);
    expect(history.rows[0]?.[4]).toBe("CREATE TABLE");
    expect(history.rows[0]?.[5]).toEqual(
      new Map([
        ["isManaged", "true"],
        ["clusterBy", "[]"],
        ["description", "days"],
        ["partitionBy", '["day"]'],
        ["properties", '{"owner":"me"}'],
      ]),
    );
  });

  it("asks for a feature only where the schema needs it", async () => {
    await define({ schema: struct([field("at", TIMESTAMP_NTZ)]) });
    expect((await snapshot()).protocol).toMatchObject({ minReaderVersion: 3, readerFeatures: ["timestampNtz"] });
  });

  it("knows IF NOT EXISTS, OR REPLACE and REPLACE", async () => {
    await expect(define({}, "replace")).rejects.toMatchObject({ condition: "DELTA_TABLE_NOT_FOUND" });
    await define();
    const { id } = (await snapshot()).metadata;
    await append(lake.context, target, await lake.query("SELECT 1::BIGINT AS id, NULL::DATE AS day"), { byName: true });
    await expect(define()).rejects.toMatchObject({ condition: "DELTA_TABLE_ALREADY_EXISTS" });
    expect((await define({}, "create-if-not-exists")).version).toBeUndefined();
    const { version } = await define({ schema: struct([field("name", STRING)]) }, "create-or-replace");
    expect(version).toBe(2);
    expect(await lake.rows(target)).toEqual([]);
    expect(await lake.rows(target, 1)).toHaveLength(1);
    expect((await snapshot()).metadata.id).toBe(id);
  });

  it("adopts a Delta table at an external location, if the definition is the table's", async () => {
    await define();
    expect((await define({ external: true, schema: struct([]) })).version).toBeUndefined();
    expect((await define({ external: true })).version).toBeUndefined();
    const other = struct([field("id", STRING)]);
    await expect(define({ external: true, schema: other })).rejects.toMatchObject({
      condition: "DELTA_CREATE_TABLE_SCHEME_MISMATCH",
    });
  });

  it("refuses an external location without a table to adopt", async () => {
    await expect(define({ external: true, schema: struct([]) })).rejects.toMatchObject({
      condition: "DELTA_CREATE_EXTERNAL_TABLE_WITHOUT_SCHEMA",
    });
    await mkdir(target.location);
    await writeFile(join(target.location, "notes.txt"), "");
    await expect(define({ external: true })).rejects.toMatchObject({
      condition: "DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION",
    });
  });

  it.each<[string, Partial<TableDefinition>, string]>([
    ["an unknown partition column", { partitionBy: ["nope"] }, "PARTITION_COLUMN_NOT_FOUND_IN_SCHEMA"],
    ["partitioning by all columns", { partitionBy: ["id", "day"] }, "ALL_PARTITION_COLUMNS_NOT_ALLOWED"],
    [
      "partitioning by a struct",
      { schema: struct([field("s", struct([field("x", DATE)])), field("y", DATE)]), partitionBy: ["s"] },
      "DELTA_INVALID_PARTITION_COLUMN_TYPE",
    ],
    [
      "columns of the change data feed's names",
      {
        schema: struct([field("_Change_Type", STRING)]),
        partitionBy: [],
        properties: { "delta.enableChangeDataFeed": "true" },
      },
      "RESERVED_CDC_COLUMNS_ON_WRITE",
    ],
    ["a type that cannot be stored", { schema: struct([field("x", VOID)]) }, "DELTA_UNSUPPORTED_DATA_TYPES"],
    ["an unknown delta property", { properties: { "delta.apendOnly": "true" } }, "DELTA_UNKNOWN_CONFIGURATION"],
    [
      "a property that asks for a feature that is not there",
      { properties: { "delta.enableIcebergCompatV2": "true" } },
      "DELTA_UNSUPPORTED_FEATURES_FOR_WRITE",
    ],
    [
      "a generated column of another type",
      { schema: struct([field("x", INTEGER, true, { "delta.generationExpression": "'1'" })]) },
      "DELTA_GENERATED_COLUMNS_EXPR_TYPE_MISMATCH",
    ],
  ])("refuses %s", async (_, definition, condition) => {
    await expect(define(definition)).rejects.toMatchObject({ condition });
    expect(await lake.context.log(target.location).exists()).toBe(false);
  });
});

describe("CREATE TABLE AS", () => {
  const as = async (sql: string, mode: CreateMode, partitionBy: readonly string[] = []) =>
    createTableAs(lake.context, target, await lake.query(sql), { partitionBy, properties: {}, external: false }, mode);

  it("makes table and rows one commit, also where the query gives no row", async () => {
    expect((await as("SELECT 1 AS a, 'x' AS b", "create", ["b"])).version).toBe(0);
    expect(await lake.rows(target)).toEqual([[1, "x"]]);
    await expect(as("SELECT 2 AS a", "create")).rejects.toMatchObject({ condition: "DELTA_TABLE_ALREADY_EXISTS" });
    expect((await as("SELECT 'new' AS c WHERE false", "create-or-replace")).version).toBe(1);
    expect((await snapshot()).schema).toEqual(struct([field("c", STRING)]));
    expect(await lake.rows(target, 0)).toEqual([[1, "x"]]);
    const operations = (await lake.context.log(target.location).history()).map(
      ({ commitInfo }) => commitInfo.operation,
    );
    expect(operations).toEqual(["CREATE OR REPLACE TABLE AS SELECT", "CREATE TABLE AS SELECT"]);
  });

  it("leaves no table behind when the query fails", async () => {
    await expect(as("SELECT error('no') AS a", "create")).rejects.toThrow("no");
    expect(await lake.context.log(target.location).exists()).toBe(false);
    expect(await lake.filesOnDisk(target)).toEqual([]);
  });
});

describe("ALTER TABLE", () => {
  const added = (...columns: readonly StructField[]): Alteration => ({
    kind: "add-columns",
    columns: columns.map((one) => ({ parent: [], field: one })),
  });

  it("adds columns that old rows read as NULL", async () => {
    await append(lake.context, target, await lake.query("SELECT 1 AS id"), { byName: true });
    await alterTable(lake.context, target, added(field("x", INTEGER), field("y", STRING)));
    expect(await lake.rows(target)).toEqual([[1, null, null]]);
    await expect(alterTable(lake.context, target, added(field("ID", STRING)))).rejects.toMatchObject({
      condition: "FIELD_ALREADY_EXISTS",
    });
    await expect(alterTable(lake.context, target, added(field("z", STRING, false)))).rejects.toMatchObject({
      condition: "DELTA_OPERATION_NOT_ALLOWED",
    });
  });

  it("sets and unsets properties and the comment", async () => {
    await define({ comment: "first" });
    await alterTable(lake.context, target, {
      kind: "set-properties",
      properties: { team: "me", "delta.checkpointInterval": "5" },
    });
    await alterTable(lake.context, target, { kind: "unset-properties", keys: ["team"], ifExists: false });
    await alterTable(lake.context, target, { kind: "comment", comment: null });
    const { metadata } = await snapshot();
    expect(metadata.configuration).toEqual({ "delta.checkpointInterval": "5" });
    expect(metadata.description).toBeUndefined();
    await expect(
      alterTable(lake.context, target, { kind: "unset-properties", keys: ["team"], ifExists: false }),
    ).rejects.toMatchObject({
      condition: "DELTA_UNSET_NON_EXISTENT_PROPERTY",
    });
    expect(
      (await alterTable(lake.context, target, { kind: "unset-properties", keys: ["team"], ifExists: true })).version,
    ).toBe(4);
  });
});

describe("DESCRIBE DETAIL", () => {
  it("tells what the table is", async () => {
    await append(lake.context, target, await lake.query("SELECT 1 AS id, 'a' AS p"), {
      byName: true,
      partitionBy: ["p"],
    });
    const { columns, rows } = await describeDetail(lake.context, target);
    expect(columns).toEqual(DETAIL_SCHEMA.fields.map(({ name }) => name));
    const detail = Object.fromEntries(columns.map((name, i) => [name, rows[0]?.[i]]));
    expect(detail).toMatchObject({
      format: "delta",
      name: target.name,
      location: `file:${target.location}`,
      partitionColumns: ["p"],
      numFiles: 1n,
      minReaderVersion: 1,
      minWriterVersion: 2,
    });
    await expect(describeDetail(lake.context, lake.table("none"))).rejects.toMatchObject({
      condition: "DELTA_TABLE_NOT_FOUND",
    });
  });
});
