/** Random statements that change the sources of a view: rows, files, layouts, schemas. */
import { pick } from "./random-views.js";

type Random = () => number;

const number = (next: Random, below: number): string => (next() < 0.1 ? "NULL" : String(Math.floor(next() * below)));
const key = (next: Random): string => pick(next, ["'a'", "'b'", "'c'", "'d'", "'E'", "''", "NULL"]);
/** Quarters, whose sums are exact in whatever order. */
const quarter = (next: Random): string =>
  pick(next, ["0.25D", "1.5D", "-2D", "0D", "-0D", "NULL", "3.75D", "double('NaN')"]);

const rowOfR = (next: Random): string =>
  `(${Math.floor(next() * 40)}, ${key(next)}, ${number(next, 6)}, ${number(next, 8)}, ${quarter(next)})`;
const rowOfS = (next: Random): string =>
  `(${key(next)}, ${pick(next, ["'x'", "'y'", "'z'", "NULL"])}, ${number(next, 4)})`;

const rows = (next: Random, row: (next: Random) => string, most: number): string =>
  Array.from({ length: 1 + Math.floor(next() * most) }, () => row(next)).join(", ");

const COLUMNS = "(id, k, d, v, x)";

const CHANGES: readonly ((next: Random) => string)[] = [
  (next) => `INSERT INTO r ${COLUMNS} VALUES ${rows(next, rowOfR, 6)}`,
  (next) => `INSERT INTO r ${COLUMNS} VALUES ${rows(next, rowOfR, 6)}`,
  (next) => `INSERT INTO r ${COLUMNS} VALUES ${rows(next, rowOfR, 1)}`,
  (next) => `INSERT INTO s VALUES ${rows(next, rowOfS, 3)}`,
  (next) => `DELETE FROM r WHERE ${pick(next, ["k = 'a'", "v > 5", "d IS NULL", "id % 3 = 0", "k <=> NULL"])}`,
  (next) => `DELETE FROM s WHERE ${pick(next, ["k = 'b'", "w = 2", "name IS NULL"])}`,
  (next) =>
    `UPDATE r SET ${pick(next, ["v = v + 1", "k = 'b'", "d = NULL", "x = -x", "k = upper(k)"])} WHERE id % ${pick(next, ["2", "5"])} = 1`,
  (next) => `UPDATE s SET ${pick(next, ["name = 'q'", "w = w + 1", "k = 'a'"])} WHERE w > 0`,
  (next) =>
    `MERGE INTO r USING (SELECT * FROM VALUES ${rows(next, rowOfR, 1)} AS q(id, k, d, v, x)) q ON r.id = q.id WHEN MATCHED THEN UPDATE SET v = q.v, k = q.k WHEN NOT MATCHED THEN INSERT ${COLUMNS} VALUES (q.id, q.k, q.d, q.v, q.x)`,
  () => "OPTIMIZE r",
  () => "OPTIMIZE s",
  (next) => `INSERT OVERWRITE s VALUES ${rows(next, rowOfS, 4)}`,
  () => "TRUNCATE TABLE s",
  () => "ALTER TABLE r SET TBLPROPERTIES ('note' = 'changed')",
  () => "RESTORE TABLE r TO VERSION AS OF 1",
];

const RARE: readonly ((next: Random) => string)[] = [
  (next) => `ALTER TABLE r ADD COLUMN more${Math.floor(next() * 1e6)} INT`,
  (next) =>
    `CREATE OR REPLACE TABLE s AS SELECT CAST(k AS STRING) AS k, CAST(name AS STRING) AS name, CAST(w AS INT) AS w FROM VALUES ${rows(next, rowOfS, 3)} AS t(k, name, w)`,
  (next) =>
    `CREATE OR REPLACE TABLE r AS SELECT CAST(id AS INT) AS id, CAST(k AS STRING) AS k, CAST(d AS INT) AS d, CAST(v AS BIGINT) AS v, CAST(x AS DOUBLE) AS x FROM VALUES ${rows(next, rowOfR, 5)} AS t(id, k, d, v, x)`,
  () => "CREATE OR REPLACE VIEW filtered_view AS SELECT id, k, v FROM r WHERE v > 2",
  () => "DROP TABLE s; CREATE TABLE s (k STRING, name STRING, w INT); INSERT INTO s VALUES ('a', 'x', 2)",
  () => "OPTIMIZE r; VACUUM r RETAIN 0 HOURS",
  () => "DELETE FROM mv WHERE true",
  () => "RESTORE TABLE s TO VERSION AS OF 0",
  () =>
    "ALTER TABLE s SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name'); ALTER TABLE s RENAME COLUMN w TO w2; ALTER TABLE s RENAME COLUMN w2 TO w",
];

/** One change, some of them several statements. */
export function randomChange(next: Random): string {
  return pick(next, next() < 0.04 ? RARE : CHANGES)(next);
}

/** The tables as a sequence finds them; deletion vectors, change data feed and partitions are drawn. */
export function randomTables(next: Random): string {
  const property = (name: string) => (next() < 0.5 ? [`'${name}' = 'true'`] : []);
  const properties = () => {
    const drawn = [
      ...property("delta.enableDeletionVectors"),
      ...property("delta.enableChangeDataFeed"),
      ...(next() < 0.2 ? ["'delta.columnMapping.mode' = 'name'"] : []),
    ];
    return drawn.length === 0 ? "" : ` TBLPROPERTIES (${drawn.join(", ")})`;
  };
  const partitions = pick(next, ["", "", " PARTITIONED BY (k)", " PARTITIONED BY (d)"]);
  return [
    "DROP VIEW IF EXISTS grouped_view; DROP VIEW IF EXISTS filtered_view",
    "DROP TABLE IF EXISTS mv; DROP TABLE IF EXISTS r; DROP TABLE IF EXISTS s",
    `CREATE TABLE r (id INT, k STRING, d INT, v BIGINT, x DOUBLE)${partitions}${properties()}`,
    `CREATE TABLE s (k STRING, name STRING, w INT)${properties()}`,
    `INSERT INTO r VALUES ${rows(next, rowOfR, 12)}`,
    `INSERT INTO s VALUES ${rows(next, rowOfS, 5)}`,
    "CREATE OR REPLACE VIEW grouped_view AS SELECT k, count(*) AS n FROM r GROUP BY k",
    "CREATE OR REPLACE VIEW filtered_view AS WITH f AS (SELECT * FROM r WHERE v > 1) SELECT id, k, v FROM f",
  ].join(";\n");
}
