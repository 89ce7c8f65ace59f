/** Parquet files of users; columns are matched by name, and files that lack one give NULL. */
import type { FileSource, OpenedFiles } from "../../engine/engine.js";
import type { StructField, StructType } from "../../schema/data-type.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import type { FileGroup } from "../file-schemas.js";
import { literalPath, parquetRelation } from "../parquet-relation.js";
import { holds, withZone } from "../stored-shape.js";
import { emptySelect, unableToInfer } from "./empty-source.js";
import type { ReaderOptions } from "./reader-options.js";
import type { SourceEngine } from "./source-engine.js";
import type { SourceFile } from "./source-paths.js";

export async function openParquet(
  engine: SourceEngine,
  source: FileSource,
  options: ReaderOptions,
  files: readonly SourceFile[],
): Promise<OpenedFiles> {
  const paths = files.map((file) => file.path);
  const schema = source.schema ?? (await inferSchema(engine, paths, options.flag("mergeschema", false)));
  const groups = files.length === 0 ? [] : await engine.fileGroups(paths, schema.fields);
  const select =
    groups.length === 0
      ? emptySelect(schema)
      : groups.map((group) => selectOf(group, schema, source)).join(" UNION ALL ");
  return {
    schema,
    files,
    sql: () => `(${select})`,
    settle: async () => "final",
    malformed: async () => [],
    close: async () => {},
  };
}

function selectOf({ files, nameOf, localTimestamps }: FileGroup, schema: StructType, source: FileSource): string {
  const paths = files.map((file) => file.path);
  // The schema is the user's, or that of the first file; dates and timestamps are not mixed in one folder unless someone says so.
  const mayBeNarrower = ({ dataType }: StructField): boolean =>
    source.schema !== undefined || (paths.length > 1 && (dataType.kind === "double" || dataType.kind === "decimal"));
  const relation = parquetRelation({ paths, columns: schema.fields, nameOf, localTimestamps, mayBeNarrower });
  const columns = schema.fields.map(({ name }) => `${relation.expressions.get(name)} AS ${engineName(name)}`);
  return `SELECT ${columns.join(", ")}, f.filename AS __file_path FROM ${relation.sql} AS f`;
}

/** The schema of the first file, or with `mergeSchema` of all. INT96 is a timestamp in Spark, whereas the engine gives it no zone. */
async function inferSchema(engine: SourceEngine, paths: readonly string[], merge: boolean): Promise<StructType> {
  if (paths.length === 0) throw unableToInfer("parquet");
  const asked = merge ? paths : paths.slice(0, 1);
  const list = asked.map((path) => engineString(literalPath(path))).join(", ");
  const settings = `hive_partitioning = false${merge ? ", union_by_name = true" : ""}`;
  const schema = await engine.describe(`SELECT * FROM read_parquet([${list}], ${settings})`);
  if (!holds(schema, ({ kind }) => kind === "timestamp_ntz")) return schema;
  const instants = await engine.instantColumns(asked);
  return {
    ...schema,
    fields: schema.fields.map((one) =>
      instants.has(one.name.toLowerCase()) ? { ...one, dataType: withZone(one.dataType) } : one,
    ),
  };
}
