import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { statisticsJson } from "../../src/delta/statistics.js";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { DataFile, Engine, WrittenFile } from "../../src/engine/engine.js";
import { type ColumnMappingMode, FIELD_ID, PHYSICAL_NAME } from "../../src/schema/column-mapping.js";
import {
  array,
  type DataType,
  INTEGER,
  LONG,
  map,
  STRING,
  type StructField,
  type StructType,
  struct,
  TIMESTAMP,
} from "../../src/schema/data-type.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const mapped = (name: string, dataType: DataType, id: number, physical = `col-${id}`): StructField => ({
  name,
  dataType,
  nullable: true,
  metadata: { [FIELD_ID]: id, [PHYSICAL_NAME]: physical },
});

const point = struct([mapped("x", INTEGER, 4), mapped("when", TIMESTAMP, 5)]);
const schema: StructType = struct([
  mapped("id", LONG, 1),
  mapped("part", STRING, 2),
  mapped("p", point, 3),
  mapped("ps", array(struct([mapped("x", INTEGER, 7)])), 6),
  mapped("m", map(STRING, struct([mapped("y", STRING, 9)])), 8),
]);
const ROWS = `SELECT i AS id, CASE WHEN i % 2 = 0 THEN 'even' END AS part,
  CASE WHEN i < 3 THEN {'x': i::INTEGER, 'when': TIMESTAMPTZ '2024-01-15 10:00:00Z' + i * INTERVAL 1 DAY} END AS p,
  [{'x': i::INTEGER}, NULL] AS ps, MAP {'k': {'y': 'v' || i}} AS m FROM range(4) t(i)`;

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1, timeZone: "Europe/Warsaw" });
});
afterAll(() => engine.close());

const rows = async (sql: string) => (await engine.run(sql)).rows;
const write = (columnMapping: ColumnMappingMode, sql = ROWS, type = schema, partitionBy = ["part"]) =>
  engine.writeDataFiles({ sql, schema: type, columnMapping, folder: temporaryFolder(), partitionBy });
const dataFile = ({ path, partition, rowCount }: WrittenFile): DataFile => ({ path, partition, rowCount });
const scan = (files: readonly WrittenFile[], columnMapping: ColumnMappingMode, type = schema) =>
  engine.scan({ files: files.map(dataFile), schema: type, partitionColumns: ["part"], columnMapping });

describe.each<ColumnMappingMode>(["name", "id"])("column mapping by %s", (mode) => {
  it("gives files physical names and field ids at every depth, and the results the table's own names", async () => {
    const files = await write(mode);
    const nodes = await rows(
      `SELECT name, field_id FROM parquet_schema('${files[0]?.path}') WHERE field_id IS NOT NULL ORDER BY field_id`,
    );
    expect(nodes).toEqual([1n, 3n, 4n, 5n, 6n, 7n, 8n, 9n].map((id) => [`col-${id}`, id]));
    expect(files.map((file) => file.partition).sort((a, b) => String(a.part).localeCompare(String(b.part)))).toEqual([
      { part: "even" },
      { part: null },
    ]);
    expect(files[0]?.statistics.map((one) => one.path.join("."))).toEqual(
      expect.arrayContaining(["id", "p.x", "p.when"]),
    );
    const stats = JSON.parse(statisticsJson(files[0] as WrittenFile, schema, ["part"], {}));
    expect(Object.keys(stats.minValues)).toEqual(["col-1", "col-3"]);
    expect(Object.keys(stats.nullCount["col-3"])).toEqual(["col-4", "col-5"]);
  });

  it("reads what it wrote", async () => {
    const relation = await scan(await write(mode), mode);
    expect(await rows(`SELECT * FROM ${relation} ORDER BY id`)).toEqual(await rows(`${ROWS} ORDER BY id`));
  });

  it("reads renamed columns, new ones as NULL, and none that were dropped and added again", async () => {
    const files = await write(mode);
    const later: StructType = struct([
      mapped("number", LONG, 1),
      mapped("part", STRING, 2),
      mapped("spot", struct([mapped("east", INTEGER, 4), mapped("x", INTEGER, 12)]), 3),
      mapped("ps", array(struct([mapped("X1", LONG, 7), mapped("more", STRING, 13)])), 6),
      mapped("id", LONG, 11),
    ]);
    const relation = await scan(files, mode, later);
    expect(await rows(`SELECT * FROM ${relation} WHERE number IN (1, 3) ORDER BY number`)).toEqual([
      [1n, null, { east: 1, x: null }, [{ X1: 1n, more: null }, null], null],
      [3n, null, null, [{ X1: 3n, more: null }, null], null],
    ]);
  });
});

describe("column mapping", () => {
  it("by id finds columns whatever the files call them", async () => {
    const renamed = struct(
      [mapped("id", LONG, 1, "a"), mapped("p", struct([mapped("x", INTEGER, 4, "b")]), 3, "c")].concat(),
    );
    const files = await write("id", "SELECT 7::BIGINT AS id, {'x': 1::INTEGER} AS p", renamed, []);
    const type = struct([mapped("id", LONG, 1), mapped("p", struct([mapped("x", INTEGER, 4)]), 3)]);
    expect(await rows(`SELECT * FROM ${await scan(files, "id", type)}`)).toEqual([[7n, { x: 1 }]]);
    const both = [...files, ...(await write("id", "SELECT 8::BIGINT AS id, {'x': 2::INTEGER} AS p", type, []))];
    expect(await rows(`SELECT * FROM ${await scan(both, "id", type)} ORDER BY id`)).toEqual([
      [7n, { x: 1 }],
      [8n, { x: 2 }],
    ]);
  });

  it("by id refuses a file without ids", async () => {
    const files = await engine.writeDataFiles({ sql: ROWS, schema, folder: temporaryFolder(), partitionBy: ["part"] });
    await expect(scan(files, "id")).rejects.toMatchObject({ condition: "FAILED_READ_FILE.NO_HINT" });
  });
});
