/** Writes the Parquet files of checkpoints: what is on disk already goes from file to file within the engine. */
import type { Engine } from "../engine/engine.js";
import type { StructType } from "../schema/data-type.js";
import { engineName, engineString } from "../schema/engine-type.js";
import { TEXT_COLUMN, textRows } from "./checkpoint-parquet.js";
import {
  type ActionRelation,
  FILE_KINDS,
  type FileKind,
  fileId,
  hasKind,
  isKind,
  type Kind,
  parquetSql,
  SHAPES,
  typedBody,
} from "./checkpoint-shape.js";
import type { FileLayout } from "./checkpoint-statistics.js";
import type { CheckpointAction } from "./commit-file.js";

/** A checkpoint on disk that a new one is built on; its files never become JavaScript objects. */
export interface CheckpointBase {
  readonly relations: readonly ActionRelation[];
  /** Ids of the files about which newer commits have a word. */
  readonly superseded: readonly string[];
  /** Removed files of the base stay if they were removed later than this (ms). */
  readonly removedAfter: number;
}

export interface WrittenCheckpoint {
  /** Number of actions. */
  readonly size: number;
  readonly sizeInBytes: number;
  readonly numOfAddFiles: number;
}

export interface CheckpointContent {
  /** The columns that the file gets. */
  readonly kinds: readonly Kind[];
  readonly actions: readonly CheckpointAction[];
  readonly base: CheckpointBase | undefined;
  readonly layout: FileLayout;
}

/** Writes one Parquet file: the actions, and those files of the base that nobody has superseded. */
export async function writeCheckpointFile(
  engine: Engine,
  path: string,
  { kinds, actions, base, layout }: CheckpointContent,
): Promise<WrittenCheckpoint> {
  const texts = await engine.register(textRows(actions.map((action) => JSON.stringify(action))), TEXT_COLUMN);
  // Nothing to look up in most commits of appends: a table made and dropped for it is the engine's dearest no.
  const ids = base?.superseded ?? [];
  const superseded = ids.length === 0 ? undefined : await engine.register(textRows(ids), TEXT_COLUMN);
  try {
    const shapes = Object.fromEntries(kinds.map((kind) => [kind, SHAPES[kind]]));
    const parsed = `SELECT from_json(text, ${engineString(JSON.stringify(shapes))}) AS action FROM ${texts}`;
    const columns = kinds.map((kind) => `action.${engineName(kind)}`).join(", ");
    const given = await givenRelation(engine, kinds, `(SELECT ${columns} FROM (${parsed}))`);
    const bodies = kinds.map((kind) => typedBody(given, kind, layout));
    const selects = [
      `SELECT ${kinds.map((kind, i) => `${bodies[i]} AS ${engineName(kind)}`).join(", ")} FROM ${given.sql}`,
    ];
    for (const relation of base?.relations ?? []) {
      for (const kind of FILE_KINDS) selects.push(filesOfBase(relation, kind, { kinds, base, layout }, superseded));
    }
    const sizeInBytes = await engine.writeParquet(selects.filter((sql) => sql !== "").join(" UNION ALL "), path);
    return { ...(await countsOf(engine, path, { kinds, actions, base })), sizeInBytes };
  } finally {
    await engine.drop(texts);
    if (superseded !== undefined) await engine.drop(superseded);
  }
}

/** The file is asked only where it has rows of a base: the others are counted here. */
async function countsOf(
  engine: Engine,
  path: string,
  { kinds, actions, base }: Pick<CheckpointContent, "kinds" | "actions" | "base">,
): Promise<Omit<WrittenCheckpoint, "sizeInBytes">> {
  if (base === undefined) {
    return { size: actions.length, numOfAddFiles: actions.filter((action) => "add" in action).length };
  }
  const adds = kinds.includes("add") ? `count("add".path)` : "0";
  const counts = await engine.run(`SELECT count(*), ${adds} FROM ${parquetSql([path])}`);
  const [size, numOfAddFiles] = counts.rows[0] ?? [];
  return { size: Number(size), numOfAddFiles: Number(numOfAddFiles) };
}

function filesOfBase(
  relation: ActionRelation,
  kind: FileKind,
  { kinds, base, layout }: Pick<CheckpointContent, "kinds" | "base" | "layout">,
  superseded: string | undefined,
): string {
  if (base === undefined || !hasKind(relation, kind)) return "";
  // The first part of the union gives the others their types.
  const columns = kinds.map((one) => (one === kind ? typedBody(relation, kind, layout) : "NULL"));
  const conditions = [
    isKind(kind),
    ...(kind === "remove" ? [`remove."deletionTimestamp" > ${base.removedAfter}`] : []),
    ...(superseded === undefined ? [] : [`${fileId(relation, kind)} NOT IN (SELECT text FROM ${superseded})`]),
  ];
  return `SELECT ${columns.join(", ")} FROM ${relation.sql} WHERE ${conditions.join(" AND ")}`;
}

/** What the engine makes of the shapes, by the kinds: each checkpoint would ask for it again. */
const GIVEN_COLUMNS = new Map<string, StructType>();

async function givenRelation(engine: Engine, kinds: readonly Kind[], sql: string): Promise<ActionRelation> {
  const key = kinds.join();
  const columns = GIVEN_COLUMNS.get(key) ?? (await engine.describe(`SELECT * FROM ${sql}`));
  GIVEN_COLUMNS.set(key, columns);
  return { sql, columns, source: "" };
}
