import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Action, Metadata } from "../../src/delta/actions.js";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();

/** Throws the error of the statement that failed itself. */
const run = (...statements: string[]) =>
  lake.spark.execute(statements.join(";\n")).catch((error: Error) => {
    throw error.cause ?? error;
  });
const rows = (query: string) => rowsOf(lake.spark, query);

async function refuses(cases: readonly (readonly [statement: string, condition: string])[]) {
  for (const [statement, condition] of cases) {
    await expect(run(statement), statement).rejects.toMatchObject({ condition });
  }
}

/** All actions of the table's log, in order. */
function actionsOf(table: string): readonly Action[] {
  const log = join(lake.folder, "lake", "main", "default", table, "_delta_log");
  const commits = readdirSync(log).filter((name) => /^\d+\.json$/.test(name));
  return commits.sort().flatMap((name) =>
    readFileSync(join(log, name), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Action),
  );
}

function metadataOf(table: string): Metadata {
  const metadata = actionsOf(table).flatMap((action) => ("metaData" in action ? [action.metaData] : []));
  return metadata.at(-1) as Metadata;
}

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
}
const fieldsOf = (table: string): readonly Field[] =>
  (JSON.parse(metadataOf(table).schemaString) as { readonly fields: readonly Field[] }).fields;

describe("columns", () => {
  test("are added anywhere, moved, and described", async () => {
    await run(
      "CREATE TABLE wide (id INT, s STRUCT<a: INT>, l ARRAY<STRUCT<x: INT>>)",
      "INSERT INTO wide VALUES (1, named_struct('a', 2), array(named_struct('x', 3)))",
      "ALTER TABLE wide ADD COLUMNS (first INT FIRST, s.b STRING COMMENT 'new' FIRST, l.element.y INT, note STRING AFTER id)",
      "ALTER TABLE wide ALTER COLUMN id AFTER s",
      "ALTER TABLE wide ALTER COLUMN note COMMENT 'a note'",
    );
    expect(await rows("SELECT * FROM wide")).toEqual([[null, null, { b: null, a: 2 }, 1, [{ x: 3, y: null }]]]);
    expect(fieldsOf("wide").map((one) => one.name)).toEqual(["first", "note", "s", "id", "l"]);
    expect(fieldsOf("wide")[1]?.metadata).toEqual({ comment: "a note" });
    await refuses([
      ["ALTER TABLE wide ADD COLUMN ID INT", "FIELD_ALREADY_EXISTS"],
      ["ALTER TABLE wide ADD COLUMN id.x INT", "DELTA_ADD_COLUMN_PARENT_NOT_STRUCT"],
      ["ALTER TABLE wide ADD COLUMN z INT AFTER nope", "UNRESOLVED_COLUMN.WITH_SUGGESTION"],
      ["ALTER TABLE wide ADD COLUMN z INT NOT NULL", "DELTA_OPERATION_NOT_ALLOWED"],
      ["ALTER TABLE wide RENAME COLUMN note TO text", "DELTA_UNSUPPORTED_RENAME_COLUMN"],
      ["ALTER TABLE wide DROP COLUMN note", "DELTA_UNSUPPORTED_DROP_COLUMN"],
      ["ALTER TABLE wide ALTER COLUMN id TYPE BIGINT", "DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP"],
      ["ALTER TABLE wide ALTER COLUMN note TYPE INT", "NOT_SUPPORTED_CHANGE_COLUMN"],
      ["ALTER TABLE wide REPLACE COLUMNS (id INT)", "DELTA_UNSUPPORTED_ALTER_TABLE_REPLACE_COL_OP"],
    ]);
  });

  test("NOT NULL is set only where the rows that exist have a value", async () => {
    await run(
      "CREATE TABLE strict (a INT, s STRUCT<x: INT>)",
      "INSERT INTO strict VALUES (1, named_struct('x', 1)), (NULL, NULL)",
    );
    await refuses([["ALTER TABLE strict ALTER COLUMN a SET NOT NULL", "DELTA_NOT_NULL_CONSTRAINT_VIOLATED"]]);
    await run("ALTER TABLE strict ALTER COLUMN s.x SET NOT NULL", "DELETE FROM strict WHERE a IS NULL");
    await run("ALTER TABLE strict ALTER COLUMN a SET NOT NULL");
    await refuses([
      ["INSERT INTO strict VALUES (NULL, NULL)", "DELTA_NOT_NULL_CONSTRAINT_VIOLATED"],
      ["INSERT INTO strict VALUES (2, named_struct('x', CAST(NULL AS INT)))", "DELTA_NOT_NULL_CONSTRAINT_VIOLATED"],
    ]);
    await run("ALTER TABLE strict ALTER COLUMN a DROP NOT NULL", "INSERT INTO strict VALUES (NULL, NULL)");
  });
});

describe("column mapping", () => {
  test("of an existing table keeps its files; columns are renamed and dropped, ids never given again", async () => {
    await run(
      "CREATE TABLE mapped (id INT, s STRING, p INT) PARTITIONED BY (p)",
      "INSERT INTO mapped VALUES (1, 'old', 7)",
      "ALTER TABLE mapped SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name')",
      "ALTER TABLE mapped RENAME COLUMN s TO text",
      "ALTER TABLE mapped RENAME COLUMN p TO part",
      "ALTER TABLE mapped ADD COLUMN n STRUCT<x: INT, y: INT>",
      "INSERT INTO mapped VALUES (2, 'new', 8, named_struct('x', 1, 'y', 2))",
      "ALTER TABLE mapped RENAME COLUMN n.x TO z",
      "ALTER TABLE mapped DROP COLUMNS (text, n.y)",
      "ALTER TABLE mapped ADD COLUMN text STRING",
    );
    expect(await rows("SELECT * FROM mapped ORDER BY part")).toEqual([
      [1, 7, null, null],
      [2, 8, { z: 1 }, null],
    ]);
    await run("UPDATE mapped SET text = 'again' WHERE part = 7", "DELETE FROM mapped WHERE id = 2");
    expect(await rows("SELECT id, text FROM mapped")).toEqual([[1, "again"]]);
    expect(fieldsOf("mapped").map(({ metadata }) => metadata["delta.columnMapping.id"])).toEqual([1, 3, 4, 7]);
    expect(metadataOf("mapped").configuration["delta.columnMapping.maxColumnId"]).toBe("7");
    expect(metadataOf("mapped").partitionColumns).toEqual(["part"]);
    await refuses([
      ["ALTER TABLE mapped DROP COLUMN part", "DELTA_UNSUPPORTED_DROP_PARTITION_COLUMN"],
      ["ALTER TABLE mapped DROP COLUMN n.z", "DELTA_DROP_COLUMN_ON_SINGLE_FIELD_SCHEMA"],
      ["ALTER TABLE mapped RENAME COLUMN id TO Part", "FIELD_ALREADY_EXISTS"],
      [
        "ALTER TABLE mapped SET TBLPROPERTIES ('delta.columnMapping.mode' = 'none')",
        "DELTA_UNSUPPORTED_COLUMN_MAPPING_MODE_CHANGE",
      ],
      [
        "ALTER TABLE mapped SET TBLPROPERTIES ('delta.columnMapping.maxColumnId' = '1')",
        "DELTA_CANNOT_MODIFY_TABLE_PROPERTY",
      ],
    ]);
  });

  test("of a new table gives names that no column has; evolution and REPLACE go on with the ids", async () => {
    await run(
      "CREATE TABLE fresh (`a b` INT, m MAP<STRING, STRUCT<x: INT>>) TBLPROPERTIES ('delta.columnMapping.mode' = 'id')",
      "SET spark.databricks.delta.schema.autoMerge.enabled = true",
      "INSERT INTO fresh BY NAME SELECT 1 AS `a b`, 5 AS more",
      "RESET spark.databricks.delta.schema.autoMerge.enabled",
    );
    expect(await rows("SELECT `a b`, m, more FROM fresh")).toEqual([[1, null, 5]]);
    for (const { name, metadata } of fieldsOf("fresh")) {
      expect(metadata["delta.columnMapping.physicalName"], name).toMatch(/^col-[0-9a-f-]{36}$/);
    }
    expect(metadataOf("fresh").configuration["delta.columnMapping.maxColumnId"]).toBe("4");
    await run("CREATE OR REPLACE TABLE fresh TBLPROPERTIES ('delta.columnMapping.mode' = 'name') AS SELECT 1 AS c");
    expect(fieldsOf("fresh")[0]?.metadata["delta.columnMapping.id"]).toBe(5);
    expect(await rows("SELECT * FROM fresh")).toEqual([[1]]);
  });

  test("an overwritten schema gets ids and names of its own, and old versions stay readable", async () => {
    await run(
      "CREATE TABLE over (a INT, b STRING) TBLPROPERTIES ('delta.columnMapping.mode' = 'name')",
      "INSERT INTO over VALUES (1, 'x')",
    );
    const other = await lake.spark.sql("SELECT 'y' AS b, 5 AS c");
    await other.write.mode("overwrite").option("overwriteSchema", "true").saveAsTable("over");
    expect(await rows("SELECT * FROM over")).toEqual([["y", 5]]);
    expect(await rows("SELECT * FROM over VERSION AS OF 1")).toEqual([[1, "x"]]);
    expect(fieldsOf("over").map(({ metadata }) => metadata["delta.columnMapping.id"])).toEqual([3, 4]);
  });

  test("a column that a constraint or a generated column reads stays as it is", async () => {
    await run(
      `CREATE TABLE read_by (a INT, b INT GENERATED ALWAYS AS (a + 1), s STRUCT<x: INT, y: INT>)
       TBLPROPERTIES ('delta.columnMapping.mode' = 'name')`,
      "ALTER TABLE read_by ADD CONSTRAINT c CHECK (s.x > 0)",
    );
    await refuses([
      ["ALTER TABLE read_by RENAME COLUMN a TO z", "DELTA_GENERATED_COLUMNS_DEPENDENT_COLUMN_CHANGE"],
      ["ALTER TABLE read_by DROP COLUMN s.x", "DELTA_CONSTRAINT_DEPENDENT_COLUMN_CHANGE"],
      ["ALTER TABLE read_by DROP COLUMN s", "DELTA_CONSTRAINT_DEPENDENT_COLUMN_CHANGE"],
    ]);
    await run("ALTER TABLE read_by DROP COLUMN s.y", "ALTER TABLE read_by DROP COLUMN b");
  });
});

describe("type widening", () => {
  test("changes types at every depth, remembers them, and old files read as the new ones", async () => {
    await run(
      `CREATE TABLE widened (a TINYINT, d DECIMAL(5, 2), s STRUCT<x: INT>, l ARRAY<SMALLINT>)
       TBLPROPERTIES ('delta.enableTypeWidening' = 'true')`,
      "INSERT INTO widened VALUES (1, 1.25, named_struct('x', 1), array(1))",
      "ALTER TABLE widened ALTER COLUMN a TYPE INT",
      "ALTER TABLE widened ALTER COLUMN a TYPE BIGINT",
      "ALTER TABLE widened ALTER COLUMN d TYPE DECIMAL(10, 4)",
      "ALTER TABLE widened ALTER COLUMN s.x TYPE BIGINT",
      "ALTER TABLE widened ALTER COLUMN l.element TYPE INT",
      "INSERT INTO widened VALUES (5000000000, 1.2345, named_struct('x', 5000000000), array(70000))",
      "UPDATE widened SET d = d + 1 WHERE s.x < 10",
    );
    expect(await rows("SELECT * FROM widened ORDER BY a")).toEqual([
      [1, "2.2500", { x: 1n }, [1]],
      [5000000000, "1.2345", { x: 5000000000n }, [70000]],
    ]);
    expect(fieldsOf("widened").map(({ metadata }) => metadata["delta.typeChanges"])).toEqual([
      [
        { toType: "integer", fromType: "byte" },
        { toType: "long", fromType: "integer" },
      ],
      [{ toType: "decimal(10,4)", fromType: "decimal(5,2)" }],
      undefined,
      [{ toType: "integer", fromType: "short", fieldPath: "element" }],
    ]);
    await refuses([
      ["ALTER TABLE widened ALTER COLUMN a TYPE INT", "NOT_SUPPORTED_CHANGE_COLUMN"],
      ["ALTER TABLE widened ALTER COLUMN d TYPE DECIMAL(10, 8)", "NOT_SUPPORTED_CHANGE_COLUMN"],
      ["ALTER TABLE widened ALTER COLUMN a TYPE STRING", "DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP"],
    ]);
  });

  test("happens by itself where the schema evolves, and never to another kind of number", async () => {
    await run(
      "CREATE TABLE evolved (a INT) TBLPROPERTIES ('delta.enableTypeWidening' = 'true')",
      "SET spark.databricks.delta.schema.autoMerge.enabled = true",
      "INSERT INTO evolved SELECT 5000000000",
      "INSERT INTO evolved SELECT 1.0D",
      "RESET spark.databricks.delta.schema.autoMerge.enabled",
    );
    expect(fieldsOf("evolved")[0]).toMatchObject({
      type: "long",
      metadata: { "delta.typeChanges": [{ toType: "long", fromType: "integer" }] },
    });
    await refuses([["INSERT INTO evolved SELECT 1e30D", "CAST_OVERFLOW_IN_TABLE_INSERT"]]);
  });
});

describe("clustering", () => {
  test("columns are kept by their physical names, changed, and ended", async () => {
    await run(
      "CREATE TABLE clustered (a INT, s STRUCT<x: INT>) CLUSTER BY (a, s.x) TBLPROPERTIES ('delta.columnMapping.mode' = 'name')",
    );
    await run("ALTER TABLE clustered RENAME COLUMN a TO b");
    await refuses([
      ["ALTER TABLE clustered DROP COLUMN b", "DELTA_UNSUPPORTED_DROP_CLUSTERING_COLUMN"],
      ["ALTER TABLE clustered CLUSTER BY (nope)", "DELTA_COLUMN_NOT_FOUND_IN_SCHEMA"],
      ["CREATE TABLE no1 (a INT, l ARRAY<INT>) CLUSTER BY (l)", "DELTA_CLUSTERING_COLUMNS_DATATYPE_NOT_SUPPORTED"],
      ["CREATE TABLE no2 (a INT, b INT) PARTITIONED BY (b) CLUSTER BY (a)", "DELTA_CLUSTER_BY_WITH_PARTITIONED_BY"],
      [
        "CREATE TABLE no3 (a INT, b INT, c INT, d INT, e INT) CLUSTER BY (a, b, c, d, e)",
        "DELTA_CLUSTER_BY_INVALID_NUM_COLUMNS",
      ],
    ]);
    await run("ALTER TABLE clustered CLUSTER BY (b)", "ALTER TABLE clustered CLUSTER BY NONE");
    const physical = fieldsOf("clustered")[0]?.metadata["delta.columnMapping.physicalName"];
    const domains = actionsOf("clustered").flatMap((action) =>
      "domainMetadata" in action
        ? [JSON.parse(action.domainMetadata.configuration) as { clusteringColumns: unknown }]
        : [],
    );
    expect(domains.map((one) => one.clusteringColumns)).toEqual([
      [[physical], [expect.stringMatching(/^col-/), expect.stringMatching(/^col-/)]],
      [[physical]],
      [],
    ]);
  });
});

describe("properties and features", () => {
  test("bring the protocol that they need, under Delta's spelling; those of the session are for new tables", async () => {
    await run(
      "SET spark.databricks.delta.properties.defaults.enableDeletionVectors = true",
      "CREATE TABLE props (a INT) TBLPROPERTIES ('DELTA.CheckpointInterval' = '7')",
      "RESET spark.databricks.delta.properties.defaults.enableDeletionVectors",
      "INSERT INTO props VALUES (1)",
      "ALTER TABLE props SET TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true', 'delta.enableRowTracking' = 'true')",
      "ALTER TABLE props UNSET TBLPROPERTIES ('delta.checkpointinterval')",
      "ALTER TABLE props ADD FEATURE clustering",
    );
    expect(metadataOf("props").configuration).toMatchObject({
      "delta.enableDeletionVectors": "true",
      "delta.enableChangeDataFeed": "true",
    });
    expect(metadataOf("props").configuration).not.toHaveProperty("delta.checkpointInterval");
    const protocols = actionsOf("props").flatMap((action) => ("protocol" in action ? [action.protocol] : []));
    expect(protocols.at(-1)?.writerFeatures).toEqual(
      expect.arrayContaining(["deletionVectors", "changeDataFeed", "rowTracking", "domainMetadata", "clustering"]),
    );
    const added = actionsOf("props").flatMap((action) => ("add" in action ? [action.add] : []));
    expect(added.at(-1)).toMatchObject({ baseRowId: 0, dataChange: false });
    expect(await rows("SELECT * FROM props")).toEqual([[1]]);
  });

  test("wrong ones are refused", async () => {
    await run("CREATE TABLE right (a INT)");
    const set = (key: string, value: string) => `ALTER TABLE right SET TBLPROPERTIES ('${key}' = '${value}')`;
    await refuses([
      [set("delta.nope", "1"), "DELTA_UNKNOWN_CONFIGURATION"],
      [set("delta.appendOnly", "maybe"), "DELTA_INVALID_TABLE_PROPERTY"],
      [set("delta.logRetentionDuration", "xx"), "DELTA_INVALID_INTERVAL"],
      [set("delta.constraints.c", "a > 0"), "DELTA_ADD_CONSTRAINTS"],
      [set("delta.columnMapping.mode", "id"), "DELTA_UNSUPPORTED_COLUMN_MAPPING_MODE_CHANGE"],
      [set("location", "/x"), "UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY"],
      ["ALTER TABLE right DROP FEATURE appendOnly", "DELTA_FEATURE_DROP_NONREMOVABLE_FEATURE"],
      ["ALTER TABLE right DROP FEATURE deletionVectors", "DELTA_FEATURE_DROP_FEATURE_NOT_PRESENT"],
    ]);
  });

  test("a feature that nothing uses any more is dropped, and older versions are kept from readers", async () => {
    await run(
      "CREATE TABLE fewer (a INT) TBLPROPERTIES ('delta.enableDeletionVectors' = 'true', 'delta.feature.checkConstraints' = 'supported')",
      "INSERT INTO fewer VALUES (1), (2)",
      "ALTER TABLE fewer ADD CONSTRAINT c CHECK (a > 0)",
    );
    await refuses([["ALTER TABLE fewer DROP FEATURE checkConstraints", "DELTA_CANNOT_DROP_CHECK_CONSTRAINT_FEATURE"]]);
    await run(
      "ALTER TABLE fewer DROP CONSTRAINT c",
      "ALTER TABLE fewer DROP FEATURE checkConstraints",
      "ALTER TABLE fewer DROP FEATURE deletionVectors",
      "INSERT INTO fewer VALUES (-3)",
    );
    const protocol = actionsOf("fewer")
      .flatMap((action) => ("protocol" in action ? [action.protocol] : []))
      .at(-1);
    expect(protocol?.writerFeatures).toEqual(["appendOnly", "invariants", "checkpointProtection"]);
    expect(await rows("SELECT a FROM fewer ORDER BY a")).toEqual([[-3], [1], [2]]);
  });
});
