/** `createDataFrame`: JavaScript rows as a plan; cells may be Columns, evaluated when the plan runs. */
import { Column } from "../../dataframe/column.js";
import { type LiteralValue, literalText } from "../../dataframe/literal.js";
import type { Plan } from "../../dataframe/plan.js";
import { planNode } from "../../dataframe/plan-id.js";
import type { Row, Value } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import {
  array,
  BINARY,
  BOOLEAN,
  type DataType,
  DOUBLE,
  field,
  LONG,
  map,
  STRING,
  type StructType,
  struct,
  TIMESTAMP,
  VOID,
} from "../../schema/data-type.js";
import { parseSchema } from "../../sql/parse/parse.js";

type Cell = Value | Column;

export function createdRows(
  rows: readonly Row[] | readonly (readonly Value[])[],
  schema?: string | readonly string[] | StructType,
): Plan {
  const declared =
    typeof schema === "string" ? parseSchema(schema) : schema !== undefined && "kind" in schema ? schema : undefined;
  const names = declared?.fields.map((one) => one.name) ?? (schema as readonly string[] | undefined) ?? namesOf(rows);
  const cells = rows.map(
    (row) => (Array.isArray(row) ? row : names.map((name) => (row as Row)[name] ?? null)) as readonly Cell[],
  );
  if (cells.some((row) => row.some((cell) => cell instanceof Column))) {
    const texts = cells.map((row) =>
      row.map((cell) => (cell instanceof Column ? cell.text : literalText(cell as LiteralValue))),
    );
    return planNode({ kind: "values", names, rows: texts, ...(declared ? { schema: declared } : {}) });
  }
  const values = cells as readonly (readonly Value[])[];
  if (declared) return planNode({ kind: "rows", schema: declared, rows: values.map((row) => row.map(toEngineValue)) });
  if (values.length === 0) throw cannotInfer("there is no row");
  const inferred = struct(
    names.map((name, i) =>
      field(
        name,
        inferType(
          values.map((row) => row[i] ?? null),
          name,
        ),
      ),
    ),
  );
  return planNode({ kind: "rows", schema: inferred, rows: values.map((row) => row.map(toEngineValue)) });
}

/** Names of the first row's keys, then those that only later rows have. */
function namesOf(rows: readonly (Row | readonly Value[])[]): readonly string[] {
  if (rows.length === 0) throw cannotInfer("there is no row");
  const [first] = rows;
  if (Array.isArray(first)) return first.map((_, i) => `_${i + 1}`);
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

/** As PySpark infers: numbers are long or double, text is string, Date is timestamp. */
function inferType(values: readonly Value[], name: string): DataType {
  const present = values.filter((value) => value !== null && value !== undefined);
  if (present.length === 0) return VOID;
  const types = present.map((value) => typeOf(value, name));
  const [first = VOID] = types;
  if (
    types.some((type) => type.kind === "double") &&
    types.every((type) => type.kind === "double" || type.kind === "long")
  )
    return DOUBLE;
  const odd = types.find((type) => type.kind !== first.kind);
  if (odd) throw cannotInfer(`the column ${name} holds ${first.kind} and ${odd.kind}`);
  return first;
}

function typeOf(value: Value, name: string): DataType {
  switch (typeof value) {
    case "boolean":
      return BOOLEAN;
    case "bigint":
      return LONG;
    case "number":
      return Number.isInteger(value) ? LONG : DOUBLE;
    case "string":
      return STRING;
    default:
      if (value instanceof Date) return TIMESTAMP;
      if (value instanceof Uint8Array) return BINARY;
      if (Array.isArray(value)) return array(inferType(value, name));
      if (value instanceof Map) return map(inferType([...value.keys()], name), inferType([...value.values()], name));
      return struct(Object.entries(value as Row).map(([key, one]) => field(key, inferType([one], `${name}.${key}`))));
  }
}

/** Numbers of bigint columns and Dates in the form in which the engine takes them. */
function toEngineValue(value: Value | undefined): Value {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString();
  return value;
}

function cannotInfer(reason: string): LakeletError {
  return new LakeletError({
    condition: "CANNOT_INFER_SCHEMA",
    sqlState: "42000",
    problem: `The schema of the rows cannot be inferred: ${reason}.`,
    cure: 'Give a schema, e.g. createDataFrame(rows, "id BIGINT, name STRING").',
  });
}
