/** Views: their columns, where their names are looked up, what cannot be one. */
import { beforeAll, describe, expect, test } from "vitest";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();
beforeAll(async () => {
  await lake.spark.execute("CREATE TABLE t (id INT, CamelCase INT); INSERT INTO t VALUES (1, 2), (2, 3)");
});

test("a view gives its own names to its columns, also a temporary one, also below another view", async () => {
  await lake.spark.execute(`
    CREATE VIEW named (One, \`two words\`) AS SELECT id, camelcase FROM t;
    CREATE TEMP VIEW fleeting (x, y) AS SELECT * FROM named WHERE one = 1 -- the end
    ;CREATE VIEW above AS SELECT one FROM named`);
  expect(await rowsOf(lake.spark, "SELECT one + 1, `TWO words` FROM named n WHERE n.one = 1")).toEqual([[2, 2]]);
  expect(await rowsOf(lake.spark, "SELECT x, fleeting.y FROM fleeting")).toEqual([[1, 2]]);
  expect(await rowsOf(lake.spark, "SELECT main.default.above.one FROM above ORDER BY 1")).toEqual([[1], [2]]);
});

test("names inside a view belong to the schema in which it was made", async () => {
  await lake.spark.execute(
    "CREATE SCHEMA other; CREATE TABLE other.t AS SELECT 9 AS id; USE other; CREATE VIEW v AS SELECT * FROM t; USE default",
  );
  expect(await rowsOf(lake.spark, "SELECT * FROM other.v")).toEqual([[9]]);
});

describe("refused", () => {
  test.each([
    ["CREATE VIEW few (a) AS SELECT id, camelcase FROM t", "CREATE_VIEW_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS"],
    ["CREATE TEMP VIEW many (a, b) AS SELECT id FROM t", "CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS"],
    ["CREATE VIEW twice AS SELECT id, camelcase AS ID FROM t", "COLUMN_ALREADY_EXISTS"],
    ["CREATE OR REPLACE VIEW t AS SELECT 1 AS id", "TABLE_OR_VIEW_ALREADY_EXISTS"],
    ["CREATE VIEW system.lakeflow.x AS SELECT 1 AS id", "INSUFFICIENT_PERMISSIONS"],
    ["SELECT id FROM system.billing.usage", "UNSUPPORTED_FEATURE.SYSTEM_TABLES"],
  ])("%s", async (sql, condition) => {
    await expect(lake.spark.sql(sql)).rejects.toMatchObject({ condition });
  });

  test("a view that would read itself through another", async () => {
    await lake.spark.execute(
      "CREATE VIEW first AS SELECT id FROM t; CREATE VIEW second AS WITH c AS (SELECT * FROM first) SELECT * FROM c",
    );
    await expect(lake.spark.sql("CREATE OR REPLACE VIEW first AS SELECT * FROM second")).rejects.toMatchObject({
      condition: "RECURSIVE_VIEW",
    });
    expect(await rowsOf(lake.spark, "SELECT count(*) FROM second")).toEqual([[2]]);
  });
});
