/** Spark's inference of the types of CSV columns: the narrowest that takes all texts of a column, malformed lines' included. */
import type { OpenedFiles } from "../../engine/engine.js";
import {
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  field,
  INTEGER,
  LONG,
  STRING,
  type StructType,
  struct,
  TIMESTAMP,
} from "../../schema/data-type.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import type { CsvOptions } from "./csv-options.js";
import type { SourceEngine } from "./source-engine.js";

/** Rows that decide at first what a column may be, so that the pass over all rows asks only for that. */
const SAMPLE_ROWS = 1000;

interface Candidate {
  /** Engine SQL over the text `t`: true where the type takes it. */
  readonly takes: (t: string) => string;
  readonly type: DataType;
}

export async function inferTypes(engine: SourceEngine, texts: OpenedFiles, options: CsvOptions): Promise<StructType> {
  const names = texts.schema.fields.map((one) => one.name);
  const candidates = candidatesOf(options);
  const all = names.map(() => candidates);
  const sampled = await survivors(engine, () => `(SELECT * FROM ${texts.sql()} LIMIT ${SAMPLE_ROWS})`, names, all);
  const left = sampled.map((one) => one.types);
  let found = await survivors(engine, () => texts.sql(), names, left);
  while ((await texts.settle()) === "again") found = await survivors(engine, () => texts.sql(), names, left);
  return struct(names.map((name, i) => field(name, typeOf(found[i]))));
}

function typeOf(found: Survivors | undefined): DataType {
  const [first] = found?.types ?? [];
  if (!first || !found?.hasValues) return STRING;
  return first.type.kind === "decimal" ? decimal(Math.max(found.digits, 1), 0) : first.type;
}

interface Survivors {
  /** Narrowest first. */
  readonly types: readonly Candidate[];
  readonly hasValues: boolean;
  /** The most digits of a whole number. */
  readonly digits: number;
}

async function survivors(
  engine: SourceEngine,
  relation: () => string,
  names: readonly string[],
  candidates: readonly (readonly Candidate[])[],
): Promise<readonly Survivors[]> {
  const measures = names.map((name, i) => {
    const text = engineName(name);
    const taken = (candidates[i] ?? []).map(
      (one) => `coalesce(bool_and(${one.takes(text)}) FILTER (${text} IS NOT NULL), true)`,
    );
    return `[${["count(*) > 0", ...taken].join(", ")}]`.replace("count(*)", `count(${text})`);
  });
  const digits = names.map((name, i) =>
    (candidates[i] ?? []).some((one) => one.type.kind === "decimal")
      ? `coalesce(max(length(ltrim(${engineName(name)}, '+-0'))), 0)`
      : "0",
  );
  const [row] = await engine.rows(`SELECT ${[...measures, ...digits].join(", ")} FROM ${relation()}`);
  return names.map((_, i) => {
    const [hasValues, ...taken] = (row?.[i] ?? []) as readonly boolean[];
    return {
      types: (candidates[i] ?? []).filter((_one, c) => taken[c]),
      hasValues: hasValues === true,
      digits: Number(row?.[names.length + i] ?? 0),
    };
  });
}

function candidatesOf(options: CsvOptions): readonly Candidate[] {
  const whole = (t: string) => `regexp_full_match(${t}, '[+-]?[0-9]+')`;
  const cast = (t: string, type: string) => `TRY_CAST(${t} AS ${type}) IS NOT NULL`;
  const special = [options.nanValue, options.positiveInf, options.negativeInf, "NaN", "Infinity", "-Infinity"]
    .map(engineString)
    .join(", ");
  const number = "\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?[dDfF]?\\s*";
  const date = options.dateFormat
    ? (t: string) => fits(t, options.dateFormat?.regex ?? "", options.dateFormat?.format ?? "")
    : (t: string) => `(regexp_full_match(${t}, '[0-9]{4}-[0-9]{2}-[0-9]{2}') AND ${cast(t, "DATE")})`;
  const timestamp = options.timestampFormat
    ? (t: string) => fits(t, options.timestampFormat?.regex ?? "", options.timestampFormat?.format ?? "")
    : (t: string) =>
        `(regexp_full_match(${t}, '\\s*[0-9]{4}-[0-9]{1,2}(-[0-9]{1,2}[ T][0-9]{1,2})?') OR (regexp_matches(${t}, '^\\s*[0-9]{4}-[0-9]{1,2}-') AND ${cast(t, "TIMESTAMPTZ")}))`;
  return [
    { type: INTEGER, takes: (t) => `(${whole(t)} AND ${cast(t, "INTEGER")})` },
    { type: LONG, takes: (t) => `(${whole(t)} AND ${cast(t, "BIGINT")})` },
    { type: decimal(38, 0), takes: (t) => `(${whole(t)} AND ${cast(t, "DECIMAL(38,0)")})` },
    { type: DOUBLE, takes: (t) => `(regexp_full_match(${t}, '${number}') OR ${t} IN (${special}))` },
    ...(options.preferDate ? [{ type: DATE, takes: date }] : []),
    { type: TIMESTAMP, takes: (t) => (options.preferDate ? `(${date(t)} OR ${timestamp(t)})` : timestamp(t)) },
    { type: BOOLEAN, takes: (t) => `lower(${t}) IN ('true', 'false')` },
  ];
}

function fits(text: string, regex: string, format: string): string {
  return `(regexp_full_match(${text}, ${engineString(regex)}) AND try_strptime(${text}, ${engineString(format)}) IS NOT NULL)`;
}
