/** Engine SQL that lays rows out along a Z-order curve through several columns, and cuts the curve into pieces of equal size. */
import { type DataType, findField, type StructField, type StructType } from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import type { CommandContext } from "../contract.js";

/** A path into the schema, spelled as there. */
export type ColumnPath = readonly string[];

export interface CurveLayout {
  /** Engine SQL of a relation: the columns of the input, then {@link PIECE}. */
  readonly sql: string;
  /** Engine SQL of the order of rows within a piece, over that relation. */
  readonly order: string;
}

/** BIGINT from 0: the piece of the curve in which a row is. */
export const PIECE = "__piece";
const POSITION = "__position";

/** Ranks of a column have that many bits at most; 256 ranges tell a column's values well enough apart for files. */
const RANK_BITS = 8;
const POSITION_BITS = 62;
const SAMPLE_ROWS = 65_536;

/**
 * As Spark does, a column's values become range ids by quantiles of a sample, and the bits of the ids are interleaved. NULL comes first. With
 * one column its values are the order themselves.
 * @param relation Engine SQL, fit to stand behind FROM.
 */
export async function layOut(
  context: CommandContext,
  relation: string,
  schema: StructType,
  columns: readonly ColumnPath[],
  pieces: number,
): Promise<CurveLayout> {
  const keys = columns.map((path, i) => ({ name: `__key${i}`, sql: access(path), type: typeOf(schema, path) }));
  const withKeys = `SELECT *, ${keys.map(({ name, sql }) => `${sql} AS ${name}`).join(", ")} FROM ${relation} AS "target"`;
  const names = keys.map(({ name }) => name).join(", ");
  const sample = await context.engine.materialize(
    `SELECT ${names} FROM (${withKeys}) USING SAMPLE reservoir(${SAMPLE_ROWS} ROWS) REPEATABLE (1)`,
  );
  try {
    const position = await positionSql(context, sample, keys);
    const cuts = await quantiles(context, `SELECT ${POSITION} AS value FROM (${position(sample)})`, pieces);
    const type = keys.length === 1 ? engineType((keys[0] as Key).type) : "BIGINT";
    const ranked = rankSql(position(`(${withKeys})`), [{ value: POSITION, rank: PIECE, bounds: cuts, type }]);
    const hidden = keys.map(({ name }) => name).filter((name) => name !== POSITION);
    return { sql: `(SELECT * EXCLUDE (${hidden.join(", ")}) FROM (${ranked}))`, order: POSITION };
  } finally {
    await context.engine.drop(sample);
  }
}

interface Key {
  readonly name: string;
  readonly sql: string;
  readonly type: DataType;
}

/** Makes of a relation with the keys one that has the position on the curve, too. */
async function positionSql(
  context: CommandContext,
  sample: string,
  keys: readonly Key[],
): Promise<(relation: string) => string> {
  const [only] = keys;
  if (keys.length === 1 && only !== undefined) {
    return (relation) => `SELECT *, ${only.name} AS ${POSITION} FROM ${relation}`;
  }
  const bits = Math.max(1, Math.min(RANK_BITS, Math.floor(POSITION_BITS / keys.length)));
  const ranks: Rank[] = [];
  for (const [i, { name, type }] of keys.entries()) {
    const bounds = await quantiles(context, `SELECT ${name} AS value FROM ${sample}`, 2 ** bits);
    ranks.push({ value: name, rank: `__rank${i}`, bounds, type: engineType(type) });
  }
  const spread = ranks.map(({ rank }, i) => {
    const masks = Array.from({ length: 2 ** bits }, (_, id) => spreadBits(id, bits, keys.length, i));
    return `(CAST([${masks.join(", ")}] AS BIGINT[]))[${rank} + 1]`;
  });
  const names = ranks.map(({ rank }) => rank).join(", ");
  return (relation) =>
    `SELECT * EXCLUDE (${names}), ${spread.join(" + ")} AS ${POSITION} FROM (${rankSql(`SELECT * FROM ${relation}`, ranks)})`;
}

/** The bits of an id, each moved to its place among those of all columns; the first column's bit is the highest of its group. */
function spreadBits(id: number, bits: number, columns: number, column: number): bigint {
  let spread = 0n;
  for (let bit = 0; bit < bits; bit++) {
    if ((id >> bit) & 1) spread |= 1n << BigInt(bit * columns + (columns - 1 - column));
  }
  return spread;
}

interface Rank {
  readonly value: string;
  readonly rank: string;
  /** Ascending, as texts that the engine casts to the type. */
  readonly bounds: readonly string[];
  readonly type: string;
}

/** Adds to each row the number of bounds below its value, by halving: 8 comparisons for 255 bounds. */
function rankSql(query: string, ranks: readonly Rank[]): string {
  const steps = Math.max(0, ...ranks.map(({ bounds }) => Math.ceil(Math.log2(bounds.length + 1))));
  let sql = `SELECT *, ${ranks.map(({ rank }) => `CAST(0 AS BIGINT) AS ${rank}`).join(", ")} FROM (${query})`;
  for (let step = steps - 1; step >= 0; step--) {
    const width = 2 ** step;
    const replaced = ranks.flatMap(({ value, rank, bounds, type }) => {
      if (bounds.length === 0) return [];
      const list = `CAST([${bounds.map(engineString).join(", ")}] AS ${type}[])`;
      // Beyond the last bound the list gives NULL, and the rank stays.
      return [`CASE WHEN ${value} > (${list})[${rank} + ${width}] THEN ${rank} + ${width} ELSE ${rank} END AS ${rank}`];
    });
    if (replaced.length > 0) sql = `SELECT * REPLACE (${replaced.join(", ")}) FROM (${sql})`;
  }
  return sql;
}

/** The bounds between that many ranges of equally many values; none where there is no value. */
async function quantiles(context: CommandContext, values: string, ranges: number): Promise<readonly string[]> {
  if (ranges < 2) return [];
  const shares = Array.from({ length: ranges - 1 }, (_, i) => (i + 1) / ranges);
  const { rows } = await context.engine.run(
    `SELECT list_transform(quantile_disc(value, [${shares.join(", ")}]), lambda one: CAST(one AS VARCHAR)) FROM (${values})`,
  );
  const [bounds] = rows[0] ?? [];
  return Array.isArray(bounds) ? bounds.map(String) : [];
}

function access(path: ColumnPath): string {
  return ["target", ...path].map(engineName).join(".");
}

function typeOf(schema: StructType, path: ColumnPath): DataType {
  let type: DataType = schema;
  for (const name of path) {
    const found: StructField | undefined = type.kind === "struct" ? findField(type, name) : undefined;
    if (found !== undefined) type = found.dataType;
  }
  return type;
}
