/** The hidden column `_metadata`: the file of a row, and the row's place in it. */
import { scanRequest } from "../../commands/data-file.js";
import { trackingColumns, withColumns } from "../../commands/tracked-rows.js";
import type { AddFile } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import type { Engine } from "../../engine/engine.js";
import {
  field,
  findField,
  LONG,
  STRING,
  type StructField,
  type StructType,
  struct,
  TIMESTAMP,
} from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import type { Attribute, Relation } from "../../sql/relation.js";
import type { Storage } from "../../storage/storage.js";

const NAME = "_metadata";
const FILE_PATH = "__file_path";
/** As for partition values in scans of data files. */
const LOOKUP_LIMIT = 1024;

/** Of rows of any file, as Spark has them. */
export const FILE_METADATA: StructType = struct([
  field("file_path", STRING, false),
  field("file_name", STRING, false),
  field("file_size", LONG, false),
  field("file_block_start", LONG, false),
  field("file_block_length", LONG, false),
  field("file_modification_time", TIMESTAMP, false),
]);

const ROW_TRACKING = ["row_id", "base_row_id", "default_row_commit_version", "row_commit_version"];

/** Of rows of a table, as Delta has them: those of row tracking where the table's rows have ids. */
function tableMetadata(isTracked: boolean): StructType {
  const tracked = isTracked ? ROW_TRACKING.map((name) => field(name, LONG)) : [];
  return struct([...FILE_METADATA.fields, field("row_index", LONG), ...tracked]);
}

export function metadataAttribute(dataType: StructType, qualifiers: Attribute["qualifiers"] = []): Attribute {
  return { name: NAME, dataType, nullable: false, engineName: NAME, qualifiers, hidden: true };
}

/** True for a source whose own column of that name is meant by it. */
export function hidesMetadata(schema: Pick<StructType, "fields">): boolean {
  return findField(struct(schema.fields), NAME) !== undefined;
}

/** The rows of files with `_metadata` and the file's name. */
export async function scanWithMetadata(
  { engine, storage }: { readonly engine: Engine; readonly storage: Storage },
  snapshot: Snapshot,
  files: readonly AddFile[],
  output: readonly Attribute[],
  qualifiers: Attribute["qualifiers"],
): Promise<Relation> {
  const request = scanRequest(storage, snapshot, files);
  const tracking = trackingColumns(snapshot, files);
  const schema = withColumns(snapshot.schema, tracking);
  const rows = await engine.scan({ ...request, schema, withPosition: true });
  const facts = factsOf(request.files.map((file, i) => ({ path: file.path, add: files[i] })));
  const columns = [...output.map((one) => `f.${engineName(one.engineName)}`), `${facts.uri} AS "${FILE_PATH}"`];
  const owned = hidesMetadata(snapshot.schema);
  if (!owned) columns.push(`${metadataSql(facts, tracking)} AS "${NAME}"`);
  const metadata = owned ? [] : [metadataAttribute(tableMetadata(tracking.length > 0), qualifiers)];
  return {
    sql: `(SELECT ${columns.join(", ")} FROM ${rows} AS f${facts.join})`,
    output: [...output, ...metadata],
    fileName: FILE_PATH,
  };
}

/** Rows that stand for those of a table, of which no file is known: what is asked of their files is NULL. */
export function withUnknownFile(relation: Relation, qualifiers: Attribute["qualifiers"]): Relation {
  const own = { fields: relation.output.map(({ name, dataType }) => field(name, dataType)) };
  if (hidesMetadata({ fields: own.fields })) return relation;
  const type = tableMetadata(true);
  const value = `CAST(NULL AS ${engineType(type)}) AS "${NAME}"`;
  return {
    sql: `(SELECT *, CAST(NULL AS VARCHAR) AS "${FILE_PATH}", ${value} FROM ${relation.sql} AS f)`,
    output: [...relation.output, metadataAttribute(type, qualifiers)],
    fileName: FILE_PATH,
  };
}

interface FileFacts {
  /** Engine SQL over the row `f`. */
  readonly uri: string;
  readonly name: string;
  readonly size: string;
  readonly time: string;
  readonly firstRowId: string;
  readonly version: string;
  /** What follows the relation `f`, or nothing. */
  readonly join: string;
}

/** Looked up in constant lists by the file's place, which keeps the order of the rows; those of many files are joined, which is cheaper then. */
function factsOf(files: readonly { readonly path: string; readonly add: AddFile | undefined }[]): FileFacts {
  const lists = {
    uri: `[${files.map(({ path }) => engineString(uri(path))).join(", ")}]::VARCHAR[]`,
    name: `[${files.map(({ path }) => engineString(path.slice(path.lastIndexOf("/") + 1))).join(", ")}]::VARCHAR[]`,
    size: `[${files.map(({ add }) => add?.size ?? "NULL").join(", ")}]::BIGINT[]`,
    time: `[${files.map(({ add }) => timestamp(add?.modificationTime ?? 0)).join(", ")}]::TIMESTAMPTZ[]`,
    firstRowId: `[${files.map(({ add }) => add?.baseRowId ?? "NULL").join(", ")}]::BIGINT[]`,
    version: `[${files.map(({ add }) => add?.defaultRowCommitVersion ?? "NULL").join(", ")}]::BIGINT[]`,
  };
  const isJoined = files.length > LOOKUP_LIMIT;
  const of = (key: keyof typeof lists) => (isJoined ? `m."${key}"` : `(${lists[key]})[f."__file_index" + 1]`);
  const unnested = Object.entries(lists).map(([key, list]) => `unnest(${list}) AS "${key}"`);
  return {
    uri: of("uri"),
    name: of("name"),
    size: of("size"),
    time: of("time"),
    firstRowId: of("firstRowId"),
    version: of("version"),
    join: isJoined
      ? ` JOIN (SELECT unnest(range(${files.length})) AS i, ${unnested.join(", ")}) AS m ON m.i = f."__file_index"`
      : "",
  };
}

function metadataSql(facts: FileFacts, [rowId, commitVersion]: readonly StructField[]): string {
  const fields: [string, string][] = [
    ["file_path", facts.uri],
    ["file_name", facts.name],
    ["file_size", facts.size],
    ["file_block_start", "0::BIGINT"],
    ["file_block_length", facts.size],
    ["file_modification_time", facts.time],
    ["row_index", 'f."__row_number"'],
  ];
  if (rowId !== undefined && commitVersion !== undefined) {
    fields.push(
      ["row_id", `coalesce(f.${engineName(rowId.name)}, ${facts.firstRowId} + f."__row_number")`],
      ["base_row_id", facts.firstRowId],
      ["default_row_commit_version", facts.version],
      ["row_commit_version", `coalesce(f.${engineName(commitVersion.name)}, ${facts.version})`],
    );
  }
  return `struct_pack(${fields.map(([name, value]) => `"${name}" := ${value}`).join(", ")})`;
}

function timestamp(time: number): string {
  return `TIMESTAMPTZ ${engineString(new Date(time).toISOString())}`;
}

/** As Hadoop writes paths: what has a meaning in a URI is written in hex, letters of all languages are left. */
function uri(path: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be escaped
  const escaped = path.replace(/[\u0000- "#%<>?[\\\]^`{|}\u007f]/g, (sign) => {
    return `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return `file://${escaped}`;
}
