/** The least that a process needs to run Spark SQL on DuckDB: both libraries, and the statement parsed once. */
const [, { parse, Dialect }] = await Promise.all([import("@duckdb/node-api"), import("@polyglot-sql/sdk")]);
parse("select 1", Dialect.Databricks);
