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
import type { DateTimePattern } from "./date-time-pattern.js";
import type { SourceEngine } from "./source-engine.js";

/** Rows that decide at first what a column may be, so that the passes over all rows ask only for that. */
const SAMPLE_ROWS = 1000;

interface Candidate {
  readonly type: DataType;
  /** Engine SQL over the text `t`, not NULL: true where the type takes it. A CASE, for its branches are looked at one after the other. */
  readonly takes: (t: string) => string;
}

/** Usually two passes: over the sample, and over all rows for the narrowest type that took the sample. */
export async function inferTypes(engine: SourceEngine, texts: OpenedFiles, options: CsvOptions): Promise<StructType> {
  const names = texts.schema.fields.map((one) => one.name);
  const sample = await takenBy(
    engine,
    `(SELECT * FROM ${texts.sql()} LIMIT ${SAMPLE_ROWS})`,
    names.map((name) => ({ name, candidates: candidatesOf(options) })),
  );
  for (;;) {
    const found = await narrowest(engine, texts, sample);
    if ((await texts.settle()) === "final")
      return struct(
        await Promise.all(names.map(async (name) => field(name, await typeOf(engine, texts, name, found.get(name))))),
      );
  }
}

interface ColumnCandidates {
  readonly name: string;
  /** Narrowest first. */
  readonly candidates: readonly Candidate[];
}

/** The first candidate of each column that takes all its texts; none for a column without one, or without texts. */
async function narrowest(
  engine: SourceEngine,
  texts: OpenedFiles,
  columns: readonly ColumnCandidates[],
): Promise<ReadonlyMap<string, Candidate>> {
  const found = new Map<string, Candidate>();
  let pending = columns.filter((one) => one.candidates.length > 0);
  while (pending.length > 0) {
    const asked = pending.map(({ name, candidates }) => ({ name, candidates: candidates.slice(0, 1) }));
    const taken = await takenBy(engine, texts.sql(), asked);
    taken.forEach(({ name, candidates: [first] }) => {
      if (first) found.set(name, first);
    });
    pending = pending
      .map(({ name, candidates }) => ({ name, candidates: candidates.slice(1) }))
      .filter(({ name, candidates }) => !found.has(name) && candidates.length > 0);
  }
  return found;
}

/** Spark's decimal for whole numbers beyond a long has their digits. */
async function typeOf(
  engine: SourceEngine,
  texts: OpenedFiles,
  name: string,
  found: Candidate | undefined,
): Promise<DataType> {
  const column = engineName(name);
  if (found?.type.kind !== "decimal" && found?.type.kind !== "integer") return found?.type ?? STRING;
  const [row] = await engine.rows(
    `SELECT count(${column}) FROM (SELECT ${column} FROM ${texts.sql()} WHERE ${column} IS NOT NULL LIMIT 1)`,
  );
  if (Number(row?.[0]) === 0) return STRING;
  if (found.type.kind === "integer") return found.type;
  const [digits] = await engine.rows(`SELECT max(length(ltrim(${column}, '+-0'))) FROM ${texts.sql()}`);
  return decimal(Math.max(Number(digits?.[0] ?? 1), 1), 0);
}

/** Of each column the candidates that take all its texts in the relation. */
async function takenBy(
  engine: SourceEngine,
  relation: string,
  columns: readonly ColumnCandidates[],
): Promise<readonly ColumnCandidates[]> {
  const measures = columns.map(({ name, candidates }) => {
    const text = engineName(name);
    const taken = candidates.map((one) => `coalesce(bool_and(${one.takes(text)}) FILTER (${text} IS NOT NULL), true)`);
    return `[${taken.join(", ")}]`;
  });
  const [row] = await engine.rows(`SELECT ${measures.join(", ")} FROM ${relation}`);
  return columns.map(({ name, candidates }, i) => {
    const taken = (row?.[i] ?? []) as readonly boolean[];
    return { name, candidates: candidates.filter((_, c) => taken[c]) };
  });
}

function candidatesOf(options: CsvOptions): readonly Candidate[] {
  const whole = (type: string) => (t: string) =>
    `CASE WHEN TRY_CAST(${t} AS ${type}) IS NULL THEN false WHEN CAST(TRY_CAST(${t} AS ${type}) AS VARCHAR) = ${t} THEN true ELSE regexp_full_match(${t}, '[+-]?[0-9]+') END`;
  const special = [options.nanValue, options.positiveInf, options.negativeInf, "NaN", "Infinity", "-Infinity"];
  const named = special.map(engineString).join(", ");
  const number = "\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?[dDfF]?\\s*";
  const double = (t: string) =>
    `CASE WHEN isfinite(TRY_CAST(${t} AS DOUBLE)) AND NOT contains(${t}, '_') THEN true ELSE regexp_full_match(${t}, '${number}') OR ${t} IN (${named}) END`;
  const { dateFormat, timestampFormat } = options;
  const date = dateFormat
    ? (t: string) => fits(t, dateFormat)
    : (t: string) => `coalesce(CAST(TRY_CAST(${t} AS DATE) AS VARCHAR) = ${t} AND length(${t}) = 10, false)`;
  const timestamp = timestampFormat
    ? (t: string) => fits(t, timestampFormat)
    : (t: string) =>
        `CASE WHEN TRY_CAST(${t} AS TIMESTAMPTZ) IS NOT NULL THEN regexp_matches(${t}, '^\\s*[0-9]{4}-[0-9]{1,2}-') ELSE regexp_full_match(${t}, '\\s*[0-9]{4}-[0-9]{1,2}(-[0-9]{1,2}[ T][0-9]{1,2})?') END`;
  const dateOrTimestamp = (t: string) => `CASE WHEN ${date(t)} THEN true ELSE ${timestamp(t)} END`;
  return [
    { type: INTEGER, takes: whole("INTEGER") },
    { type: LONG, takes: whole("BIGINT") },
    { type: decimal(38, 0), takes: whole("DECIMAL(38,0)") },
    { type: DOUBLE, takes: double },
    ...(options.preferDate ? [{ type: DATE, takes: date }] : []),
    { type: TIMESTAMP, takes: options.preferDate ? dateOrTimestamp : timestamp },
    { type: BOOLEAN, takes: (t) => `lower(${t}) IN ('true', 'false')` },
  ];
}

function fits(text: string, { regex, format }: DateTimePattern): string {
  return `CASE WHEN regexp_full_match(${text}, ${engineString(regex)}) THEN try_strptime(${text}, ${engineString(format)}) IS NOT NULL ELSE false END`;
}
