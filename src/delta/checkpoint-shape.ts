/** The columns of checkpoints and sidecars, and engine SQL over them (Delta protocol, "Checkpoint Schema"). */
import { findField, type StructType } from "../schema/data-type.js";
import { engineName, engineString } from "../schema/engine-type.js";
import { type FileLayout, parsedFields, statisticsText } from "./checkpoint-statistics.js";

/** Rows that each hold one action, as a relation of the engine. */
export interface ActionRelation {
  /** Fit to stand behind FROM. */
  readonly sql: string;
  /** The columns that it has; writers differ in what they leave out. */
  readonly columns: StructType;
  /** The file that errors name. */
  readonly source: string;
}

const DELETION_VECTOR = {
  storageType: "VARCHAR",
  pathOrInlineDv: "VARCHAR",
  offset: "INTEGER",
  sizeInBytes: "INTEGER",
  cardinality: "BIGINT",
};

/** The shape of each kind of action in a checkpoint. */
export const SHAPES = {
  add: {
    path: "VARCHAR",
    partitionValues: "MAP(VARCHAR, VARCHAR)",
    size: "BIGINT",
    modificationTime: "BIGINT",
    dataChange: "BOOLEAN",
    stats: "VARCHAR",
    tags: "MAP(VARCHAR, VARCHAR)",
    deletionVector: DELETION_VECTOR,
    baseRowId: "BIGINT",
    defaultRowCommitVersion: "BIGINT",
    clusteringProvider: "VARCHAR",
  },
  remove: {
    path: "VARCHAR",
    deletionTimestamp: "BIGINT",
    dataChange: "BOOLEAN",
    extendedFileMetadata: "BOOLEAN",
    partitionValues: "MAP(VARCHAR, VARCHAR)",
    size: "BIGINT",
    deletionVector: DELETION_VECTOR,
    baseRowId: "BIGINT",
    defaultRowCommitVersion: "BIGINT",
  },
  metaData: {
    id: "VARCHAR",
    name: "VARCHAR",
    description: "VARCHAR",
    format: { provider: "VARCHAR", options: "MAP(VARCHAR, VARCHAR)" },
    schemaString: "VARCHAR",
    partitionColumns: ["VARCHAR"],
    configuration: "MAP(VARCHAR, VARCHAR)",
    createdTime: "BIGINT",
  },
  protocol: {
    minReaderVersion: "INTEGER",
    minWriterVersion: "INTEGER",
    readerFeatures: ["VARCHAR"],
    writerFeatures: ["VARCHAR"],
  },
  txn: { appId: "VARCHAR", version: "BIGINT", lastUpdated: "BIGINT" },
  domainMetadata: { domain: "VARCHAR", configuration: "VARCHAR", removed: "BOOLEAN" },
  checkpointMetadata: { version: "BIGINT", tags: "MAP(VARCHAR, VARCHAR)" },
  sidecar: {
    path: "VARCHAR",
    sizeInBytes: "BIGINT",
    modificationTime: "BIGINT",
    tags: "MAP(VARCHAR, VARCHAR)",
  },
} as const;

export type Kind = keyof typeof SHAPES;
export type FileKind = "add" | "remove";
export const FILE_KINDS: readonly FileKind[] = ["add", "remove"];
/** Only checkpoints of the v2 specification have these. */
export const V2_KINDS: readonly Kind[] = ["checkpointMetadata", "sidecar"];
export const CLASSIC_KINDS: readonly Kind[] = (Object.keys(SHAPES) as Kind[]).filter(
  (kind) => !V2_KINDS.includes(kind),
);

/** The field that each action of a kind must have: a struct of nulls, as some writers leave it, is no action. */
const KEY_FIELD: Readonly<Record<Kind, string>> = {
  add: "path",
  remove: "path",
  metaData: "id",
  protocol: "minReaderVersion",
  txn: "appId",
  domainMetadata: "domain",
  checkpointMetadata: "version",
  sidecar: "path",
};

export function parquetSql(paths: readonly string[]): string {
  const list = paths.map(engineString).join(", ");
  return `read_parquet([${list}]${paths.length > 1 ? ", union_by_name = true" : ""})`;
}

export function hasKind({ columns }: ActionRelation, kind: Kind): boolean {
  const column = findField(columns, kind);
  return column?.dataType.kind === "struct" && findField(column.dataType, KEY_FIELD[kind]) !== undefined;
}

export function isKind(kind: Kind): string {
  return `${engineName(kind)}.${engineName(KEY_FIELD[kind])} IS NOT NULL`;
}

/** The fields of the shape that the relation has, as a struct of them all. */
export function body(relation: ActionRelation, kind: Kind): string {
  return `struct_pack(${fieldsOf(relation, kind, (value) => value).join(", ")})`;
}

/** The column of a kind as a checkpoint has it: NULL where the row is of another kind. @param layout Of live files. */
export function typedBody(relation: ActionRelation, kind: Kind, layout: FileLayout): string {
  const fields = fieldsOf(relation, kind, (value, type) => `${value}::${type}`);
  if (kind !== "add") return `CASE WHEN ${isKind(kind)} THEN struct_pack(${fields.join(", ")}) END`;
  const stats = statisticsText(findField(relation.columns, "add")?.dataType as StructType);
  const kept = layout.statsAsJson ? fields : fields.filter((one) => !one.startsWith('"stats" :='));
  return `CASE WHEN ${isKind(kind)} THEN struct_pack(${[...kept, ...parsedFields(layout, stats)].join(", ")}) END`;
}

function fieldsOf({ columns }: ActionRelation, kind: Kind, as: (value: string, type: string) => string): string[] {
  const column = findField(columns, kind)?.dataType as StructType;
  return Object.entries(SHAPES[kind]).map(([name, shape]) => {
    const present = findField(column, name) === undefined ? "NULL" : `${engineName(kind)}.${engineName(name)}`;
    const value = kind === "add" && name === "stats" ? statisticsText(column) : present;
    return `${engineName(name)} := ${as(value, shapeType(shape))}`;
  });
}

/** The action as JSON, NULL where the row is of another kind. */
export function bodyText(relation: ActionRelation, kind: Kind): string {
  // Picking fields one by one doubles the time that the engine takes to read a small checkpoint.
  const value = hasOnlyItsShape(relation, kind) ? engineName(kind) : body(relation, kind);
  return `CASE WHEN ${isKind(kind)} THEN to_json(${value})::VARCHAR END`;
}

function hasOnlyItsShape({ columns }: ActionRelation, kind: Kind): boolean {
  const column = findField(columns, kind);
  if (column?.name !== kind || column.dataType.kind !== "struct") return false;
  return column.dataType.fields.every(({ name }) => Object.hasOwn(SHAPES[kind], name));
}

/** A file's path and, behind NUL characters, the parts of its deletion vector's identity. */
export function fileId({ columns }: ActionRelation, kind: FileKind): string {
  const column = findField(columns, kind)?.dataType as StructType;
  const vector = findField(column, "deletionVector")?.dataType;
  const parts = ["storageType", "pathOrInlineDv", "offset"]
    .filter((name) => vector?.kind === "struct" && findField(vector, name) !== undefined)
    .map((name) => `${engineName(kind)}."deletionVector".${engineName(name)}`);
  return `concat_ws(chr(0), ${[`${engineName(kind)}.path`, ...parts].join(", ")})`;
}

type Shape = string | readonly [string] | { readonly [field: string]: Shape };

function shapeType(shape: Shape): string {
  if (typeof shape === "string") return shape;
  if (Array.isArray(shape)) return `${shape[0]}[]`;
  return `STRUCT(${Object.entries(shape)
    .map(([name, type]) => `${engineName(name)} ${shapeType(type)}`)
    .join(", ")})`;
}
