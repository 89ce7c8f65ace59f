/** The profile of a table: what its columns hold, in two passes of aggregates that the engine makes without sorting. */
import type { Engine, Value } from "../../engine/engine.js";
import type { DataType, StructField, StructType } from "../../schema/data-type.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import { typeText } from "../../schema/type-text.js";

export interface TableProfile {
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
}

/** Values as Spark's cast to string shows them; at most {@link LONGEST_VALUE} characters. */
export interface ColumnProfile {
  readonly column: string;
  /** Spark DDL. */
  readonly type: string;
  readonly nulls: number;
  /** Approximate; undefined of arrays, maps, structs, variants and binary. */
  readonly distinct: number | undefined;
  readonly min: string | undefined;
  readonly max: string | undefined;
  /** Of texts, in characters. */
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  /** Of numbers, those that are not finite left aside. */
  readonly mean: number | undefined;
  readonly stddev: number | undefined;
  /** Approximate: the 5th, 25th, 50th, 75th and 95th percentile. */
  readonly quantiles: readonly number[];
  /** Counts of {@link HISTOGRAM_BINS} parts of the same width from min to max. */
  readonly histogram: readonly number[];
  /** Frequent values, the most frequent first; found approximately, counted exactly. */
  readonly topValues: readonly { readonly value: string; readonly count: number }[];
}

const PERCENTILES: readonly number[] = [0.05, 0.25, 0.5, 0.75, 0.95];
const HISTOGRAM_BINS = 12;
const LONGEST_VALUE = 100;
const TOP_VALUES = 5;
/** Squares of larger ones are no doubles. */
const LARGEST_NUMBER = "1e150";

/** @param relation engine SQL fit to stand behind FROM, with the schema's columns */
export async function profileTable(engine: Engine, relation: string, schema: StructType): Promise<TableProfile> {
  const columns = schema.fields.map(profiledColumn);
  const first = columns.flatMap((one) => one.measures.map((sql) => sql));
  const { rows: found } = await engine.run(`SELECT ${["count(*)", ...first].join(", ")} FROM ${relation} AS "t"`);
  const values = [...(found[0] ?? [])];
  const rows = Number(values.shift() ?? 0);
  const measured = columns.map((one) => ({ ...one, values: values.splice(0, one.measures.length) }));
  const second = measured.map((one) => distributionOf(one, rows));
  const asked = second.flatMap(({ sql }) => sql);
  const { rows: counted } =
    asked.length === 0 ? { rows: [] } : await engine.run(`SELECT ${asked.join(", ")} FROM ${relation} AS "t"`);
  const counts = [...(counted[0] ?? [])];
  return {
    rows,
    columns: measured.map((one, i) => columnProfile(one, second[i], counts.splice(0, second[i]?.sql.length ?? 0))),
  };
}

type Shape = "number" | "text" | "moment" | "flag" | "other";

interface ProfiledColumn {
  readonly field: StructField;
  readonly shape: Shape;
  /** Engine SQL of the column. */
  readonly name: string;
  /** Aggregates, in the order that {@link columnProfile} takes their values. */
  readonly measures: readonly string[];
}

function profiledColumn(field: StructField): ProfiledColumn {
  const name = `"t".${engineName(field.name)}`;
  const shape = shapeOf(field.dataType);
  const nulls = `count(*) FILTER (WHERE ${name} IS NULL)`;
  if (shape === "other") return { field, shape, name, measures: [nulls] };
  const shown = (sql: string) => `left(${textOf(sql, field.dataType)}, ${LONGEST_VALUE})`;
  const simple = [nulls, `approx_count_distinct(${name})`, shown(`min(${name})`), shown(`max(${name})`)];
  const tops = `list_transform(approx_top_k(${name}, ${TOP_VALUES}), x -> ${textOf("x", field.dataType)})`;
  return { field, shape, name, measures: [...simple, tops, ...ofShape(name, shape)] };
}

function ofShape(name: string, shape: Shape): readonly string[] {
  if (shape === "text") return [`min(length(${name}))`, `max(length(${name}))`];
  if (shape !== "number") return [];
  const number = `CAST(${name} AS DOUBLE)`;
  const sound = `FILTER (WHERE isfinite(${number}) AND abs(${number}) < ${LARGEST_NUMBER})`;
  return [
    `avg(${number}) ${sound}`,
    `stddev_samp(${number}) ${sound}`,
    `approx_quantile(${number}, [${PERCENTILES.join(", ")}]) ${sound}`,
    `min(${number}) ${sound}`,
    `max(${number}) ${sound}`,
  ];
}

type Measured = ProfiledColumn & { readonly values: readonly Value[] };

interface Distribution {
  /** Of the frequent values. */
  readonly tops: readonly string[];
  readonly isBinned: boolean;
  readonly sql: readonly string[];
}

/** Frequent values of a column whose values are nearly all different say nothing. */
function distributionOf({ shape, name, field, values }: Measured, rows: number): Distribution {
  if (shape === "other") return { tops: [], isBinned: false, sql: [] };
  const [nulls, distinct, , , found] = values;
  const present = rows - Number(nulls ?? 0);
  const isKey = Number(distinct ?? 0) > present / 2 && present > TOP_VALUES;
  const tops = isKey || !Array.isArray(found) ? [] : found.map(String);
  const counts = tops.map((one) => `count(*) FILTER (WHERE ${textOf(name, field.dataType)} = ${engineString(one)})`);
  const [low, high] = [values[8], values[9]].map((one) => (typeof one === "number" ? one : undefined));
  const isBinned = shape === "number" && low !== undefined && high !== undefined && low < high;
  if (!isBinned) return { tops, isBinned, sql: counts };
  const number = `CAST(${name} AS DOUBLE)`;
  const bin = `least(${HISTOGRAM_BINS - 1}, floor((${number} - ${low}) / (${high - low}) * ${HISTOGRAM_BINS}))::INTEGER`;
  const sound = `isfinite(${number}) AND abs(${number}) < ${LARGEST_NUMBER}`;
  return { tops, isBinned, sql: [...counts, `histogram(${bin}) FILTER (WHERE ${sound})`] };
}

function columnProfile(one: Measured, distribution: Distribution | undefined, counts: readonly Value[]): ColumnProfile {
  const { field, shape, values } = one;
  const [nulls, distinct, min, max] = values;
  const rest = values.slice(5);
  const [mean, stddev, quantiles] = shape === "number" ? rest : [];
  const [minLength, maxLength] = shape === "text" ? rest : [];
  const tops = distribution?.tops ?? [];
  const topValues = tops
    .map((value, i) => ({ value: value.slice(0, LONGEST_VALUE), count: Number(counts[i] ?? 0) }))
    .sort((a, b) => b.count - a.count);
  return {
    column: field.name,
    type: typeText(field.dataType),
    nulls: Number(nulls ?? 0),
    distinct: numberOf(distinct),
    min: typeof min === "string" ? min : undefined,
    max: typeof max === "string" ? max : undefined,
    minLength: numberOf(minLength),
    maxLength: numberOf(maxLength),
    mean: numberOf(mean),
    stddev: numberOf(stddev),
    quantiles: Array.isArray(quantiles) ? quantiles.map(Number) : [],
    histogram: distribution?.isBinned ? binsOf(counts[tops.length]) : [],
    topValues,
  };
}

function binsOf(found: Value | undefined): readonly number[] {
  const counts = found instanceof Map ? found : new Map<Value, Value>();
  return Array.from({ length: HISTOGRAM_BINS }, (_, i) => Number(counts.get(i) ?? 0));
}

function numberOf(value: Value | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

function shapeOf({ kind }: DataType): Shape {
  switch (kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
    case "float":
    case "double":
    case "decimal":
      return "number";
    case "string":
      return "text";
    case "date":
    case "timestamp":
    case "timestamp_ntz":
      return "moment";
    case "boolean":
      return "flag";
    default:
      return "other";
  }
}

/** Instants without their offset, in the session's time zone, as Spark shows them. */
function textOf(sql: string, { kind }: DataType): string {
  return kind === "timestamp" ? `CAST(CAST(${sql} AS TIMESTAMP) AS VARCHAR)` : `CAST(${sql} AS VARCHAR)`;
}

/** What may be said of a column whose values nobody is to see: shares and counts tell none. */
export function withoutValues(one: ColumnProfile): ColumnProfile {
  const { column, type, nulls, distinct, minLength, maxLength } = one;
  const hidden = { min: undefined, max: undefined, mean: undefined, stddev: undefined };
  return {
    column,
    type,
    nulls,
    distinct,
    minLength,
    maxLength,
    ...hidden,
    quantiles: [],
    histogram: [],
    topValues: [],
  };
}
