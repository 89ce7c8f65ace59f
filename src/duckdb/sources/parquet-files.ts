/** Parquet files of users; columns are matched by name, and files that lack one give NULL. */
import type { FileSource, OpenedFiles } from "../../engine/engine.js";
import type { StructField } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import { parquetRelation } from "../parquet-relation.js";
import { emptySelect, unableToInfer } from "./empty-source.js";
import type { ReaderOptions } from "./reader-options.js";
import type { SourceEngine } from "./source-engine.js";
import type { SourceFile } from "./source-paths.js";

/** Columns have in the files the names that they are asked for by. */
const BY_NAME = { nameOf: (column: StructField) => column.name, localTimestamps: new Set<string>() };

export async function openParquet(
  engine: SourceEngine,
  source: FileSource,
  options: ReaderOptions,
  files: readonly SourceFile[],
): Promise<OpenedFiles> {
  const paths = files.map((file) => file.path);
  const schema = source.schema ?? (await inferSchema(engine, paths, options.flag("mergeschema", false)));
  const relation = parquetRelation({ paths, columns: schema.fields, ...BY_NAME });
  const columns = schema.fields.map(({ name }) => `${relation.expressions.get(name)} AS ${engineName(name)}`);
  const select =
    files.length === 0
      ? emptySelect(schema)
      : `SELECT ${columns.join(", ")}, f.filename AS __file_path FROM ${relation.sql} AS f`;
  return {
    schema,
    files,
    sql: () => `(${select})`,
    settle: async () => "final",
    malformed: async () => [],
    close: async () => {},
  };
}

/** The schema of the first file, or with `mergeSchema` of all. */
async function inferSchema(engine: SourceEngine, paths: readonly string[], merge: boolean) {
  if (paths.length === 0) throw unableToInfer("parquet");
  const asked = merge ? paths : paths.slice(0, 1);
  const { sql } = parquetRelation({ paths: asked, columns: [], ...BY_NAME });
  return engine.describe(`SELECT * FROM ${merge ? sql.replace(/\)$/, ", union_by_name = true)") : sql}`);
}
