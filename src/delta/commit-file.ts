/** The text of a commit: one action a line as JSON (Delta protocol, "Actions"). */
import type { Action } from "./actions.js";
import { malformedLogFile } from "./delta-error.js";

type JsonObject = Readonly<Record<string, unknown>>;
type FieldType = "string" | "number" | "boolean" | "object" | "array";

/** A file of a checkpoint that holds actions of files (Delta protocol, "Sidecar File Information"). */
export interface Sidecar {
  /** Its name in the folder of the sidecars, or an absolute path. */
  readonly path: string;
  readonly sizeInBytes: number;
  readonly modificationTime: number;
}

/** What a checkpoint may hold: two kinds of actions are found there only. */
export type CheckpointAction =
  | Action
  | { readonly checkpointMetadata: { readonly version: number } }
  | { readonly sidecar: Sidecar };

const EMPTY_SCHEMA = '{"type":"struct","fields":[]}';

/** The fields without which an action has no meaning; more may be there and is kept. */
const REQUIRED: Readonly<Record<string, Readonly<Record<string, FieldType>>>> = {
  add: { path: "string", partitionValues: "object", size: "number" },
  remove: { path: "string" },
  metaData: { id: "string", partitionColumns: "array" },
  protocol: { minReaderVersion: "number", minWriterVersion: "number" },
  txn: { appId: "string", version: "number" },
  domainMetadata: { domain: "string", configuration: "string" },
  cdc: { path: "string", size: "number" },
  commitInfo: {},
  checkpointMetadata: { version: "number" },
  sidecar: { path: "string" },
};

/** Fields that an action may lack, but that are of one type. */
const OPTIONAL: Readonly<Record<string, Readonly<Record<string, FieldType>>>> = {
  add: { stats: "string", deletionVector: "object" },
  remove: { deletionVector: "object" },
  metaData: { schemaString: "string" },
  protocol: { readerFeatures: "array", writerFeatures: "array" },
};

/** The actions as the bytes of a commit file. Numbers in `stats` keep their digits, because `stats` is a text. */
export function printActions(actions: readonly Action[]): string {
  return `${actions.map((action) => JSON.stringify(action)).join("\n")}\n`;
}

/**
 * The actions of a commit file; kinds of actions that are not known are left out, as the protocol asks.
 * Throws DELTA_MALFORMED_LOG_FILE with the file and the line.
 */
export function parseActions(text: string, file: string): Action[] {
  return parseCheckpointActions(text, file).filter(
    (action): action is Action => !("sidecar" in action || "checkpointMetadata" in action),
  );
}

/** Like {@link parseActions}, with the kinds that only checkpoints have. */
export function parseCheckpointActions(text: string, file: string): CheckpointAction[] {
  const actions: CheckpointAction[] = [];
  let line = 0;
  for (const lineText of text.split("\n")) {
    line++;
    if (lineText.trim() === "") continue;
    const action = parseAction(lineText, file, line);
    if (action !== undefined) actions.push(action);
  }
  if (text.trim() === "") throw malformedLogFile(file, undefined, "The file is empty: its writer was interrupted");
  return actions;
}

function parseAction(text: string, file: string, line: number): CheckpointAction | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw malformedLogFile(file, line, "The line is not JSON", cause);
  }
  if (!isObject(parsed)) throw malformedLogFile(file, line, "An action is a JSON object");
  const found = Object.entries(parsed).find(([kind, body]) => Object.hasOwn(REQUIRED, kind) && body !== null);
  if (found === undefined) return undefined;
  const [kind, body] = found;
  return actionOf(kind, body, (reason) => malformedLogFile(file, line, reason));
}

/**
 * Checks the body of an action and drops its null fields, which stand for absent ones.
 * @param malformed Makes the error for a reason.
 */
export function actionOf(kind: string, body: unknown, malformed: (reason: string) => Error): CheckpointAction {
  if (!isObject(body)) throw malformed(`The action "${kind}" is not an object`);
  for (const [name, type] of Object.entries(REQUIRED[kind] ?? {})) {
    if (!hasType(body[name], type)) throw malformed(`The action "${kind}" has no ${type} "${name}"`);
  }
  const given = isAbsent(body.deletionVector) ? { ...body, deletionVector: null } : body;
  const present = hasNull(given) ? withoutNulls(given) : given;
  for (const [name, type] of Object.entries(OPTIONAL[kind] ?? {})) {
    if (present[name] !== undefined && !hasType(present[name], type))
      throw malformed(`"${name}" of the action "${kind}" is no ${type}`);
  }
  if (isObject(present.deletionVector)) checkDescriptor(kind, present.deletionVector, malformed);
  return { [kind]: withDefaults(kind, present) } as unknown as CheckpointAction;
}

const DESCRIPTOR = {
  storageType: "string",
  pathOrInlineDv: "string",
  sizeInBytes: "number",
  cardinality: "number",
} as const;

/** Some checkpoints have a struct of nulls where there is no deletion vector. */
function isAbsent(descriptor: unknown): boolean {
  return isObject(descriptor) && Object.values(descriptor).every((value) => value === null);
}

function checkDescriptor(kind: string, descriptor: JsonObject, malformed: (reason: string) => Error): void {
  for (const [name, type] of Object.entries(DESCRIPTOR)) {
    if (!hasType(descriptor[name], type))
      throw malformed(`The deletion vector of the action "${kind}" has no ${type} "${name}"`);
  }
}

function withDefaults(kind: string, body: JsonObject): JsonObject {
  switch (kind) {
    case "add":
    case "remove":
      return fileDefaults(body);
    case "metaData":
      return {
        ...body,
        // A table may be made before its columns are known.
        schemaString: body.schemaString ?? EMPTY_SCHEMA,
        configuration: textMap(body.configuration),
        format: body.format ?? { provider: "parquet", options: {} },
      };
    case "domainMetadata":
      return { ...body, removed: body.removed === true };
    case "commitInfo":
      return { ...body, ...textMaps(body) };
    default:
      return body;
  }
}

/** Most files are as they should be, and there may be very many: those are not copied. */
function fileDefaults(body: JsonObject): JsonObject {
  const { deletionVector, partitionValues, dataChange } = body;
  const corrections: Record<string, unknown> = {};
  if (dataChange === undefined) corrections.dataChange = true;
  if (isObject(deletionVector) && hasNull(deletionVector)) corrections.deletionVector = withoutNulls(deletionVector);
  if (isObject(partitionValues) && !isTextMap(partitionValues)) {
    const texts = Object.entries(partitionValues).map(([key, value]) => [key, value === null ? null : textOf(value)]);
    corrections.partitionValues = Object.fromEntries(texts);
  }
  return Object.keys(corrections).length === 0 ? body : { ...body, ...corrections };
}

function isTextMap(map: JsonObject): boolean {
  for (const name in map) if (typeof map[name] !== "string" && map[name] !== null) return false;
  return true;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The map with its values as texts; those that are null are left out. */
function textMap(map: unknown): JsonObject {
  const entries = isObject(map) ? Object.entries(map).filter(([, value]) => value !== null) : [];
  return Object.fromEntries(entries.map(([key, value]) => [key, textOf(value)]));
}

/** Other writers put any JSON where Delta's convention wants text. */
function textMaps(body: JsonObject): JsonObject {
  const maps: Record<string, unknown> = {};
  for (const name of ["operationParameters", "operationMetrics", "tags"]) {
    if (isObject(body[name])) maps[name] = textMap(body[name]);
  }
  return maps;
}

function hasType(value: unknown, type: FieldType): boolean {
  if (type === "object") return isObject(value);
  if (type === "array") return Array.isArray(value);
  if (type === "number") return typeof value === "number" && Number.isInteger(value);
  return typeof value === type;
}

function hasNull(body: JsonObject): boolean {
  for (const name in body) if (body[name] === null) return true;
  return false;
}

function withoutNulls(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
