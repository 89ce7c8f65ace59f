/** Reads the actions of checkpoints by engine SQL: the small ones at once, the files as a stream. */
import type { Engine } from "../engine/engine.js";
import { field, STRING, struct } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import type { AddFile, DomainMetadata, Metadata, Protocol, RemoveFile, SetTransaction } from "./actions.js";
import {
  type ActionRelation,
  bodyText,
  FILE_KINDS,
  type FileKind,
  fileId,
  hasKind,
  isKind,
  type Kind,
  parquetSql,
  SHAPES,
} from "./checkpoint-shape.js";
import { actionOf, type CheckpointAction, type Sidecar } from "./commit-file.js";
import { malformedLogFile } from "./delta-error.js";

export interface SmallActions {
  readonly protocol: Protocol | undefined;
  readonly metadata: Metadata | undefined;
  readonly transactions: readonly SetTransaction[];
  readonly domains: readonly DomainMetadata[];
  readonly sidecars: readonly Sidecar[];
}

/** The rows of Parquet files that make up a checkpoint, or of its sidecars. */
export async function parquetRelation(engine: Engine, paths: readonly string[]): Promise<ActionRelation> {
  const sql = parquetSql(paths);
  return { sql, columns: await engine.describe(`SELECT * FROM ${sql}`), source: paths[0] ?? "" };
}

/** All actions of a checkpoint but those of files, or all but removed files. */
export async function readActions(
  engine: Engine,
  relation: ActionRelation,
  { withAdds }: { readonly withAdds: boolean },
): Promise<SmallActions & { readonly adds: readonly AddFile[] }> {
  const kinds = (Object.keys(SHAPES) as Kind[]).filter(
    (kind) => (kind !== "add" || withAdds) && kind !== "remove" && hasKind(relation, kind),
  );
  if (kinds.length === 0) return { ...smallActions([]), adds: [] };
  const bodies = kinds.map((kind) => bodyText(relation, kind)).join(", ");
  const { rows } = await engine.run(`SELECT ${bodies} FROM ${relation.sql} WHERE ${kinds.map(isKind).join(" OR ")}`);
  const actions: CheckpointAction[] = [];
  for (const row of rows) {
    const at = row.findIndex((body) => body !== null);
    const kind = kinds[at];
    if (kind !== undefined) actions.push(parseBody(kind, row[at], relation));
  }
  return { ...smallActions(actions), adds: actions.flatMap((action) => ("add" in action ? action.add : [])) };
}

export function smallActions(actions: Iterable<CheckpointAction>): SmallActions {
  const transactions: SetTransaction[] = [];
  const domains: DomainMetadata[] = [];
  const sidecars: Sidecar[] = [];
  let protocol: Protocol | undefined;
  let metadata: Metadata | undefined;
  for (const action of actions) {
    if ("protocol" in action) protocol = action.protocol;
    else if ("metaData" in action) metadata = action.metaData;
    else if ("txn" in action) transactions.push(action.txn);
    else if ("domainMetadata" in action) domains.push(action.domainMetadata);
    else if ("sidecar" in action) sidecars.push(action.sidecar);
  }
  return { protocol, metadata, transactions, domains, sidecars };
}

/** The live files of a checkpoint in batches. */
export async function* streamAdds(engine: Engine, relation: ActionRelation): AsyncGenerator<readonly AddFile[]> {
  if (!hasKind(relation, "add")) return;
  const sql = `SELECT ${bodyText(relation, "add")} FROM ${relation.sql} WHERE ${isKind("add")}`;
  for await (const { rows } of engine.stream(sql)) {
    yield rows.map(([body]) => (parseBody("add", body, relation) as { add: AddFile }).add);
  }
}

/** The removed files of a checkpoint in batches. */
export async function* streamRemoves(engine: Engine, relation: ActionRelation): AsyncGenerator<readonly RemoveFile[]> {
  if (!hasKind(relation, "remove")) return;
  const sql = `SELECT ${bodyText(relation, "remove")} FROM ${relation.sql} WHERE ${isKind("remove")}`;
  for await (const { rows } of engine.stream(sql)) {
    yield rows.map(([body]) => (parseBody("remove", body, relation) as { remove: RemoveFile }).remove);
  }
}

/** One file of a checkpoint, live or removed. */
export interface CheckpointedFile {
  readonly kind: FileKind;
  /** Its path as it stands there and, behind NUL characters, the parts of the deletion vector's identity. */
  readonly id: string;
  /** Bytes; 0 where a removed file's are not known. */
  readonly size: number;
}

/**
 * The files of a checkpoint that may be among the given ones, in batches. A path that is spelled in another way than its file is always
 * among them.
 * @param canonicalPaths Decoded paths.
 */
export async function* streamCandidates(
  engine: Engine,
  relations: readonly ActionRelation[],
  canonicalPaths: readonly string[],
): AsyncGenerator<readonly CheckpointedFile[]> {
  const candidates = await engine.register(textRows(canonicalPaths), TEXT_COLUMN);
  try {
    for (const relation of relations) {
      for (const kind of FILE_KINDS) {
        if (!hasKind(relation, kind)) continue;
        const path = `${engineName(kind)}.path`;
        const isCandidate = `${path} LIKE '%%%' ESCAPE '' OR ${path} LIKE 'file:%' OR ${path} IN (SELECT text FROM ${candidates})`;
        const size = kind === "add" ? `"add"."size"` : "0";
        const sql = `SELECT ${fileId(relation, kind)}, ${size}::DOUBLE FROM ${relation.sql} WHERE ${isKind(kind)} AND (${isCandidate})`;
        for await (const { rows } of engine.stream(sql)) {
          yield rows.map(([id, bytes]) => ({ kind, id: String(id), size: Number(bytes) }));
        }
      }
    }
  } finally {
    await engine.drop(candidates);
  }
}

export const TEXT_COLUMN = struct([field("text", STRING)]);

export function textRows(texts: readonly string[]): string[][] {
  return texts.map((text) => [text]);
}

function parseBody(kind: Kind, text: unknown, { source }: ActionRelation): CheckpointAction {
  return actionOf(kind, JSON.parse(String(text)), (reason) => malformedLogFile(source, undefined, reason));
}
