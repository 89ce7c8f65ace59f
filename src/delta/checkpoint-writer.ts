/** Writes the Parquet files of checkpoints: what is on disk already goes from file to file within the engine. */
import type { Engine } from "../engine/engine.js";
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
  const superseded = await engine.register(textRows(base?.superseded ?? []), TEXT_COLUMN);
  try {
    const shapes = Object.fromEntries(kinds.map((kind) => [kind, SHAPES[kind]]));
    const parsed = `SELECT from_json(text, ${engineString(JSON.stringify(shapes))}) AS action FROM ${texts}`;
    const columns = kinds.map((kind) => `action.${engineName(kind)}`).join(", ");
    const given = await relationOf(engine, `(SELECT ${columns} FROM (${parsed}))`);
    const bodies = kinds.map((kind) => typedBody(given, kind, layout));
    const selects = [
      `SELECT ${kinds.map((kind, i) => `${bodies[i]} AS ${engineName(kind)}`).join(", ")} FROM ${given.sql}`,
    ];
    for (const relation of base?.relations ?? []) {
      for (const kind of FILE_KINDS) selects.push(filesOfBase(relation, kind, { kinds, base, layout }, superseded));
    }
    const sizeInBytes = await engine.writeParquet(selects.filter((sql) => sql !== "").join(" UNION ALL "), path);
    const adds = kinds.includes("add") ? `count("add".path)` : "0";
    const counts = await engine.run(`SELECT count(*), ${adds} FROM ${parquetSql([path])}`);
    const [size, numOfAddFiles] = counts.rows[0] ?? [];
    return { size: Number(size), sizeInBytes, numOfAddFiles: Number(numOfAddFiles) };
  } finally {
    await engine.drop(texts);
    await engine.drop(superseded);
  }
}

function filesOfBase(
  relation: ActionRelation,
  kind: FileKind,
  { kinds, base, layout }: Pick<CheckpointContent, "kinds" | "base" | "layout">,
  superseded: string,
): string {
  if (base === undefined || !hasKind(relation, kind)) return "";
  // The first part of the union gives the others their types.
  const columns = kinds.map((one) => (one === kind ? typedBody(relation, kind, layout) : "NULL"));
  const conditions = [
    isKind(kind),
    ...(kind === "remove" ? [`remove."deletionTimestamp" > ${base.removedAfter}`] : []),
    ...(base.superseded.length === 0 ? [] : [`${fileId(relation, kind)} NOT IN (SELECT text FROM ${superseded})`]),
  ];
  return `SELECT ${columns.join(", ")} FROM ${relation.sql} WHERE ${conditions.join(" AND ")}`;
}

async function relationOf(engine: Engine, sql: string): Promise<ActionRelation> {
  return { sql, columns: await engine.describe(`SELECT * FROM ${sql}`), source: "" };
}
