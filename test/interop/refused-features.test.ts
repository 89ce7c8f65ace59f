import { readdirSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { expectSame, useLake } from "./lake.js";
import { type BuiltColumn, peers } from "./peers.js";

const lake = useLake();

interface Feature {
  /** As the refusal has to name it. */
  readonly name: string;
  /** Columns where they are not the usual ones. */
  readonly columns?: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** The second column where Spark's SQL cannot make it. */
  readonly built?: BuiltColumn;
  readonly clustered?: boolean;
  /** After the two rows were inserted. */
  readonly afterwards?: string;
  /** Whether lakelet reads the table all the same; what it cannot write it does not touch. */
  readonly readable: boolean;
}

const FEATURES: readonly Feature[] = [
  {
    name: "deletionVectors",
    properties: { "delta.enableDeletionVectors": "true" },
    afterwards: "DELETE FROM table_deletionVectors WHERE id = 1",
    readable: false,
  },
  { name: "columnMapping", properties: { "delta.columnMapping.mode": "name" }, readable: false },
  { name: "v2Checkpoint", properties: { "delta.checkpointPolicy": "v2" }, readable: false },
  { name: "typeWidening", properties: { "delta.enableTypeWidening": "true" }, readable: false },
  { name: "variantType", columns: "id INT, v VARIANT", readable: false },
  { name: "changeDataFeed", properties: { "delta.enableChangeDataFeed": "true" }, readable: true },
  { name: "rowTracking", properties: { "delta.enableRowTracking": "true" }, readable: true },
  { name: "inCommitTimestamp", properties: { "delta.enableInCommitTimestamps": "true" }, readable: true },
  {
    name: "icebergCompatV1",
    properties: { "delta.enableIcebergCompatV1": "true", "delta.columnMapping.mode": "name" },
    readable: false,
  },
  { name: "clustering", clustered: true, readable: true },
  { name: "generatedColumns", built: ["v", "INT", ["generatedAlwaysAs", "id * 2"]], readable: true },
  { name: "identityColumns", built: ["v", "BIGINT", ["generatedAlwaysAsIdentity"]], readable: true },
  {
    name: "allowColumnDefaults",
    columns: "id INT, v INT DEFAULT 7",
    properties: { "delta.feature.allowColumnDefaults": "supported" },
    readable: true,
  },
  {
    name: "checkConstraints",
    afterwards: "ALTER TABLE table_checkConstraints ADD CONSTRAINT positive CHECK (id > 0)",
    readable: true,
  },
];

describe.each(FEATURES)("a table of Spark with $name", (feature) => {
  const name = `table_${feature.name}`;
  const table = lake.name(name);

  beforeAll(async () => {
    const properties = Object.entries(feature.properties ?? {}).map(([key, value]) => `'${key}' = '${value}'`);
    const { columns = "id INT, v INT", built, clustered, afterwards } = feature;
    if (built) await peers().sparkCreate(lake.path(name), [["id", "INT", null], built]);
    await peers().spark(
      // By name, as Spark does not do all of this by path.
      `CREATE TABLE ${name} ${built ? "" : `(${columns})`} USING delta ${clustered ? "CLUSTER BY (id)" : ""}
       LOCATION '${lake.path(name)}' ${properties.length > 0 ? `TBLPROPERTIES (${properties.join(", ")})` : ""}`,
      `INSERT INTO ${table} (id) VALUES (1), (2)`,
      ...(afterwards === undefined ? [] : [afterwards]),
    );
  });

  test(feature.readable ? "is read right" : "is refused by name", async () => {
    if (feature.readable) {
      const own = await lake.read(name);
      expect(own.rows).toHaveLength(2);
      await expectSame("spark", lake.path(name), own);
    } else {
      await expect(lake.read(name)).rejects.toThrow(
        new RegExp(`DELTA_UNSUPPORTED_FEATURES_FOR_READ.*${feature.name}`, "s"),
      );
    }
  });

  test.each([
    (to: string) => `INSERT INTO ${to} (id) VALUES (3)`,
    (to: string) => `UPDATE ${to} SET id = 4`,
    (to: string) => `DELETE FROM ${to} WHERE id = 2`,
    (to: string) => `MERGE INTO ${to} t USING (SELECT 2 AS id) s ON t.id = s.id WHEN MATCHED THEN DELETE`,
    (to: string) => `CREATE OR REPLACE TABLE ${to} AS SELECT 1 AS id`,
  ])("is not written: %#", async (statement) => {
    const files = () => readdirSync(lake.path(name), { recursive: true, encoding: "utf8" }).sort();
    const before = files();
    await expect(lake.sql(statement(table))).rejects.toThrow(
      new RegExp(`DELTA_UNSUPPORTED_FEATURES_FOR_.*${feature.name}`, "s"),
    );
    expect(files()).toEqual(before);
  });
});
