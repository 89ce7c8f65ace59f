/** Classic checkpoints as Parquet: all the engine SQL of the log is here (Delta protocol, "Checkpoint Schema"). */
import type { Engine } from "../engine/engine.js";
import { field, findField, STRING, type StructType, struct } from "../schema/data-type.js";
import { engineName, engineString } from "../schema/engine-type.js";
import type { Action, AddFile, DomainMetadata, Metadata, Protocol, RemoveFile, SetTransaction } from "./actions.js";
import { actionOf } from "./commit-file.js";
import { malformedLogFile } from "./delta-error.js";

/** The columns that a checkpoint has; writers differ in what they leave out. */
export type CheckpointColumns = StructType;

const DELETION_VECTOR = {
  storageType: "VARCHAR",
  pathOrInlineDv: "VARCHAR",
  offset: "INTEGER",
  sizeInBytes: "INTEGER",
  cardinality: "BIGINT",
};

/** The shape of each kind of action in a checkpoint. */
const SHAPES = {
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
} as const;

type Kind = keyof typeof SHAPES;
type FileKind = "add" | "remove";
const KINDS = Object.keys(SHAPES) as readonly Kind[];

/** The field that each action of a kind must have: a struct of nulls, as some writers leave it, is no action. */
const KEY_FIELD: Readonly<Record<Kind, string>> = {
  add: "path",
  remove: "path",
  metaData: "id",
  protocol: "minReaderVersion",
  txn: "appId",
  domainMetadata: "domain",
};

export interface SmallActions {
  readonly protocol: Protocol | undefined;
  readonly metadata: Metadata | undefined;
  readonly transactions: readonly SetTransaction[];
  readonly domains: readonly DomainMetadata[];
}

export function checkpointColumns(engine: Engine, paths: readonly string[]): Promise<CheckpointColumns> {
  return engine.describe(`SELECT * FROM ${relation(paths)}`);
}

/** All actions of a checkpoint but those of files. */
export async function readSmallActions(
  engine: Engine,
  paths: readonly string[],
  columns: CheckpointColumns,
): Promise<SmallActions> {
  const transactions: SetTransaction[] = [];
  const domains: DomainMetadata[] = [];
  let protocol: Protocol | undefined;
  let metadata: Metadata | undefined;
  const kinds = KINDS.filter((kind) => kind !== "add" && kind !== "remove" && hasKind(columns, kind));
  if (kinds.length === 0) return { protocol, metadata, transactions, domains };
  const bodies = kinds.map((kind) => bodyText(columns, kind)).join(", ");
  const { rows } = await engine.run(`SELECT ${bodies} FROM ${relation(paths)} WHERE ${kinds.map(isKind).join(" OR ")}`);
  for (const row of rows) {
    const at = row.findIndex((body) => body !== null);
    const kind = kinds[at];
    if (kind === undefined) continue;
    const action = parseBody(kind, row[at], paths);
    if ("protocol" in action) protocol = action.protocol;
    else if ("metaData" in action) metadata = action.metaData;
    else if ("txn" in action) transactions.push(action.txn);
    else if ("domainMetadata" in action) domains.push(action.domainMetadata);
  }
  return { protocol, metadata, transactions, domains };
}

/** The files of a checkpoint in batches. */
export async function* streamAdds(
  engine: Engine,
  paths: readonly string[],
  columns: CheckpointColumns,
): AsyncGenerator<readonly AddFile[]> {
  if (!hasKind(columns, "add")) return;
  const sql = `SELECT ${bodyText(columns, "add")} FROM ${relation(paths)} WHERE ${isKind("add")}`;
  for await (const { rows } of engine.stream(sql)) {
    yield rows.map(([body]) => (parseBody("add", body, paths) as { add: AddFile }).add);
  }
}

/** The removed files of a checkpoint in batches. */
export async function* streamRemoves(
  engine: Engine,
  paths: readonly string[],
  columns: CheckpointColumns,
): AsyncGenerator<readonly RemoveFile[]> {
  if (!hasKind(columns, "remove")) return;
  const sql = `SELECT ${bodyText(columns, "remove")} FROM ${relation(paths)} WHERE ${isKind("remove")}`;
  for await (const { rows } of engine.stream(sql)) {
    yield rows.map(([body]) => (parseBody("remove", body, paths) as { remove: RemoveFile }).remove);
  }
}

/** A checkpoint on disk that a new one is built on; its files never become JavaScript objects. */
export interface CheckpointBase {
  readonly paths: readonly string[];
  readonly columns: CheckpointColumns;
  /** Ids (see {@link streamFileIds}) of the files about which newer commits have a word. */
  readonly superseded: readonly string[];
}

/**
 * The files, live and removed, of a checkpoint that may be among the given ones, as ids in batches: the path as it stands there and, behind
 * {@link KEY_SEPARATOR}s, the parts of the deletion vector's identity. A path that is spelled in another way than its file is always among them.
 * @param canonicalPaths Decoded paths.
 */
export async function* streamFileIds(
  engine: Engine,
  { paths, columns }: Omit<CheckpointBase, "superseded">,
  canonicalPaths: readonly string[],
): AsyncGenerator<readonly string[]> {
  const candidates = await engine.register(textRows(canonicalPaths), TEXT_COLUMN);
  try {
    for (const kind of ["add", "remove"] as const) {
      if (!hasKind(columns, kind)) continue;
      const path = `${engineName(kind)}.path`;
      const isCandidate = `${path} LIKE '%%%' ESCAPE '' OR ${path} LIKE 'file:%' OR ${path} IN (SELECT text FROM ${candidates})`;
      const sql = `SELECT ${fileId(columns, kind)} FROM ${relation(paths)} WHERE ${isKind(kind)} AND (${isCandidate})`;
      for await (const { rows } of engine.stream(sql)) yield rows.map(([id]) => String(id));
    }
  } finally {
    await engine.drop(candidates);
  }
}

/**
 * Writes a classic checkpoint of one file: the actions, and those files of the base that nobody has superseded.
 * @param removedAfter Removed files of the base stay if they were removed later than this (ms).
 */
export async function writeCheckpoint(
  engine: Engine,
  path: string,
  actions: readonly Action[],
  base: CheckpointBase | undefined,
  removedAfter: number,
): Promise<{ readonly size: number; readonly sizeInBytes: number; readonly numOfAddFiles: number }> {
  const texts = await engine.register(textRows(actions.map((action) => JSON.stringify(action))), TEXT_COLUMN);
  const superseded = await engine.register(textRows(base?.superseded ?? []), TEXT_COLUMN);
  try {
    const parsed = `SELECT from_json(text, ${engineString(JSON.stringify(SHAPES))}) AS action FROM ${texts}`;
    const selects = [`SELECT ${KINDS.map((kind) => `action.${engineName(kind)}`).join(", ")} FROM (${parsed})`];
    if (base !== undefined) {
      selects.push(filesOfBase(base, "add", superseded, "TRUE"));
      selects.push(filesOfBase(base, "remove", superseded, `remove."deletionTimestamp" > ${removedAfter}`));
    }
    const sizeInBytes = await engine.writeParquet(selects.filter((sql) => sql !== "").join(" UNION ALL "), path);
    const counts = await engine.run(`SELECT count(*), count("add".path) FROM ${relation([path])}`);
    const [size, numOfAddFiles] = counts.rows[0] ?? [];
    return { size: Number(size), sizeInBytes, numOfAddFiles: Number(numOfAddFiles) };
  } finally {
    await engine.drop(texts);
    await engine.drop(superseded);
  }
}

function filesOfBase(base: CheckpointBase, kind: FileKind, superseded: string, condition: string): string {
  if (!hasKind(base.columns, kind)) return "";
  const columns = KINDS.map((one) =>
    one === kind ? `${body(base.columns, kind)}::${shapeType(SHAPES[kind])}` : `NULL::${shapeType(SHAPES[one])}`,
  );
  const known =
    base.superseded.length === 0 ? "" : ` AND ${fileId(base.columns, kind)} NOT IN (SELECT text FROM ${superseded})`;
  return `SELECT ${columns.join(", ")} FROM ${relation(base.paths)} WHERE ${isKind(kind)} AND ${condition}${known}`;
}

const TEXT_COLUMN = struct([field("text", STRING)]);

function textRows(texts: readonly string[]): string[][] {
  return texts.map((text) => [text]);
}

function relation(paths: readonly string[]): string {
  const list = paths.map(engineString).join(", ");
  return `read_parquet([${list}]${paths.length > 1 ? ", union_by_name = true" : ""})`;
}

function hasKind(columns: CheckpointColumns, kind: Kind): boolean {
  const column = findField(columns, kind);
  return column?.dataType.kind === "struct" && findField(column.dataType, KEY_FIELD[kind]) !== undefined;
}

function isKind(kind: Kind): string {
  return `${engineName(kind)}.${engineName(KEY_FIELD[kind])} IS NOT NULL`;
}

/** The fields of the shape that the checkpoint has, as a struct. */
function body(columns: CheckpointColumns, kind: Kind): string {
  const column = findField(columns, kind)?.dataType as StructType;
  const at = (name: string): string => `${engineName(kind)}.${engineName(name)}`;
  const fields = Object.keys(SHAPES[kind]).map((name) => {
    if (findField(column, name) !== undefined) return `${engineName(name)} := ${at(name)}`;
    // Statistics as a struct give at least the counts; their values would need the types of the table.
    if (name === "stats" && findField(column, "stats_parsed") !== undefined) {
      const parsed = `${at("stats_parsed")}."numRecords"`;
      return `stats := CASE WHEN ${parsed} IS NOT NULL THEN to_json(struct_pack("numRecords" := ${parsed}))::VARCHAR END`;
    }
    return `${engineName(name)} := NULL`;
  });
  return `struct_pack(${fields.join(", ")})`;
}

/** The action as JSON, NULL where the row is of another kind. */
function bodyText(columns: CheckpointColumns, kind: Kind): string {
  return `CASE WHEN ${isKind(kind)} THEN to_json(${body(columns, kind)})::VARCHAR END`;
}

function parseBody(kind: Kind, text: unknown, paths: readonly string[]): Action {
  const malformed = (reason: string): Error => malformedLogFile(paths[0] ?? "", undefined, reason);
  return actionOf(kind, JSON.parse(String(text)), malformed);
}

function fileId(columns: CheckpointColumns, kind: FileKind): string {
  const column = findField(columns, kind)?.dataType as StructType;
  const vector = findField(column, "deletionVector")?.dataType;
  const parts = ["storageType", "pathOrInlineDv", "offset"]
    .filter((name) => vector?.kind === "struct" && findField(vector, name) !== undefined)
    .map((name) => `${engineName(kind)}."deletionVector".${engineName(name)}`);
  return `concat_ws(chr(0), ${[`${engineName(kind)}.path`, ...parts].join(", ")})`;
}

type Shape = string | readonly [string] | { readonly [field: string]: Shape };

/** A shape as an engine type. */
function shapeType(shape: Shape): string {
  if (typeof shape === "string") return shape;
  if (Array.isArray(shape)) return `${shape[0]}[]`;
  return `STRUCT(${Object.entries(shape)
    .map(([name, type]) => `${engineName(name)} ${shapeType(type)}`)
    .join(", ")})`;
}
