import { readdirSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { sorted, useLake } from "./lake.js";
import { peers } from "./peers.js";

const lake = useLake();

interface Feature {
  /** As the refusal has to name it. */
  readonly name: string;
  /** Columns where they are not the usual ones. */
  readonly columns?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

/** What lakelet reads and cannot write. */
const FEATURES: readonly Feature[] = [
  { name: "variantType", columns: "id INT, v VARIANT" },
  {
    name: "icebergCompatV1",
    properties: { "delta.enableIcebergCompatV1": "true", "delta.columnMapping.mode": "name" },
  },
];

describe.each(FEATURES)(
  "a table of Spark with $name",
  ({ name: feature, columns = "id INT, v INT", properties = {} }) => {
    const name = `table_${feature}`;
    const table = lake.name(name);

    beforeAll(async () => {
      const settings = Object.entries(properties).map(([key, value]) => `'${key}' = '${value}'`);
      await peers().spark(
        `CREATE TABLE ${table} (${columns}) USING delta ${settings.length > 0 ? `TBLPROPERTIES (${settings.join(", ")})` : ""}`,
        `INSERT INTO ${table} (id) VALUES (1), (2)`,
      );
    });

    test("is read right", async () => {
      const own = await lake.read(name);
      expect(own.rows).toHaveLength(2);
      // A variant that is NULL does not go through Arrow: v is NULL in both rows.
      const told = await peers().spark(`SELECT id, v IS NULL FROM ${table}`);
      expect(sorted(own.rows.map(([id, v]) => [id ?? null, v === null]))).toEqual(sorted(told.rows));
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
        new RegExp(`DELTA_UNSUPPORTED_FEATURES_FOR_.*${feature}`, "s"),
      );
      expect(files()).toEqual(before);
    });
  },
);
