/** The operations that are killed and made to fail: each one statement on a small table of its own. */

export interface Operation {
  readonly name: string;
  /** What makes the table; `{t}` stands for its name. Empty: the operation makes it. */
  readonly setup: readonly string[];
  /** The last statement is the operation; those before it only set the session. */
  readonly statements: readonly string[];
}

const CREATE = "CREATE TABLE {t} (id INT, name STRING, p INT) USING delta PARTITIONED BY (p)";
/** A file a partition: the more files, the more calls to fail. */
const PARTITIONS = 12;
const VALUES = (from: number, name: string): string =>
  `VALUES ${Array.from({ length: PARTITIONS + 2 }, (_, i) => `(${from + i}, '${name}${i}', ${i % PARTITIONS})`).join(", ")}`;
const table = (...properties: string[]): readonly string[] => [
  properties.length === 0 ? CREATE : `${CREATE} TBLPROPERTIES (${properties.join(", ")})`,
  `INSERT INTO {t} ${VALUES(1, "a")}`,
  `INSERT INTO {t} ${VALUES(51, "b")}`,
];
const VECTORS = "'delta.enableDeletionVectors' = 'true'";
const MERGE = `MERGE INTO {t} AS t USING (SELECT * FROM (${VALUES(53, "m")}) AS s (id, name, p)) AS s ON t.id = s.id
  WHEN MATCHED AND s.name = 'm0' THEN DELETE WHEN MATCHED THEN UPDATE SET name = s.name
  WHEN NOT MATCHED THEN INSERT *`;

export const OPERATIONS: readonly Operation[] = [
  { name: "create", setup: [], statements: [CREATE] },
  {
    name: "create as select",
    setup: [],
    statements: [
      `CREATE TABLE {t} USING delta PARTITIONED BY (p) AS SELECT * FROM (${VALUES(1, "a")}) AS v (id, name, p)`,
    ],
  },
  { name: "append", setup: table(), statements: [`INSERT INTO {t} ${VALUES(101, "c")}`] },
  { name: "overwrite", setup: table(), statements: [`INSERT OVERWRITE {t} ${VALUES(101, "c")}`] },
  {
    name: "replaceWhere",
    setup: table(),
    statements: [`INSERT INTO {t} REPLACE WHERE p >= 8 VALUES (31, 'r', 8), (32, 'r', 9)`],
  },
  { name: "merge", setup: table(), statements: [MERGE] },
  { name: "merge with deletion vectors", setup: table(VECTORS), statements: [MERGE] },
  { name: "update", setup: table(), statements: ["UPDATE {t} SET name = 'u' WHERE id >= 3 AND id < 11"] },
  { name: "delete", setup: table(), statements: ["DELETE FROM {t} WHERE id IN (1, 2, 13, 57)"] },
  {
    name: "delete with deletion vectors",
    setup: table(VECTORS),
    statements: ["DELETE FROM {t} WHERE id IN (1, 2, 13, 57)"],
  },
  { name: "optimize", setup: table(), statements: ["OPTIMIZE {t}"] },
  {
    name: "vacuum",
    setup: [...table(), `INSERT OVERWRITE {t} ${VALUES(101, "c")}`],
    statements: [
      "SET spark.databricks.delta.retentionDurationCheck.enabled = false",
      "SET spark.databricks.delta.vacuum.logging.enabled = true",
      "VACUUM {t} RETAIN 0 HOURS",
    ],
  },
  {
    name: "checkpoint",
    setup: table("'delta.checkpointInterval' = '3'"),
    statements: [`INSERT INTO {t} ${VALUES(101, "c")}`],
  },
  {
    name: "checkpoint of the v2 specification",
    setup: table("'delta.checkpointInterval' = '3'", "'delta.checkpointPolicy' = 'v2'"),
    statements: [`INSERT INTO {t} ${VALUES(101, "c")}`],
  },
  {
    name: "update with a change data feed",
    setup: table("'delta.enableChangeDataFeed' = 'true'"),
    statements: ["UPDATE {t} SET name = 'u' WHERE id >= 3 AND id < 11"],
  },
  {
    name: "restore",
    setup: [...table(), "DELETE FROM {t} WHERE id > 5"],
    statements: ["RESTORE TABLE {t} TO VERSION AS OF 2"],
  },
  { name: "alter", setup: table(), statements: ["ALTER TABLE {t} ADD COLUMNS (extra STRING)"] },
];

/** The statements on the table in that folder. */
export function onTable(statements: readonly string[], location: string): readonly string[] {
  return statements.map((sql) => sql.replaceAll("{t}", `delta.\`${location}\``));
}
