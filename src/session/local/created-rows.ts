/** `createDataFrame`: JavaScript rows as a plan; cells may be Columns, evaluated when the plan runs. */
import { Column } from "../../dataframe/column.js";
import { type LiteralValue, literalText } from "../../dataframe/literal.js";
import type { Plan } from "../../dataframe/plan.js";
import { planNode } from "../../dataframe/plan-id.js";
import type { Value } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { type DataType, field, type StructType, struct } from "../../schema/data-type.js";
import { parseDataType, parseSchema } from "../../sql/parse/parse.js";
import type { CreatedRow } from "../contract.js";
import { emptySchema, inferredSchema } from "./inferred-schema.js";
import { verifyRow } from "./row-verification.js";

type Cell = Value | Column;

/** Objects take their fields by name, arrays by position; a field that is missing is null. */
export function createdRows(
  given: readonly CreatedRow[],
  schema?: string | readonly string[] | StructType | DataType,
): Plan {
  const declared = declaredSchema(schema);
  if (declared === undefined) for (const row of given) requireColumns(row);
  const rows = given.map(asRow);
  const names = declared?.fields.map((one) => one.name) ?? withDefaults(schema as readonly string[] | undefined, rows);
  const cells = rows.map((row) => cellsOf(row, names));
  if (cells.some((row) => row.some((cell) => cell instanceof Column))) {
    const texts = cells.map((row) => row.map(cellText));
    return planNode({ kind: "values", names, rows: texts, ...(declared ? { schema: declared } : {}) });
  }
  const values = cells as readonly (readonly Value[])[];
  if (declared) for (const row of values) verifyRow(row, declared);
  const known = declared ?? inferredSchema(names, values);
  const asText = known.fields.map((one) => one.dataType.kind === "string");
  return planNode({
    kind: "rows",
    schema: known,
    rows: values.map((row) => row.map((value, i) => engineValue(value, asText[i] === true))),
  });
}

type RowOfCells = Extract<CreatedRow, object>;

/** Without a schema a plain value is no row. */
function requireColumns(row: CreatedRow): void {
  if (typeof row === "object" && !(row instanceof Date)) return;
  const type = typeof row === "object" ? "Date" : typeof row;
  throw new LakeletError({
    condition: "CANNOT_INFER_SCHEMA_FOR_TYPE",
    sqlState: "42K09",
    problem: `Can not infer schema for type: \`${type}\`.`,
    cure: 'Name the type: createDataFrame([1, 2], "int"), or give objects or arrays.',
    parameters: { data_type: type },
  });
}

/** A plain value is a row of one column. */
function asRow(row: CreatedRow): Exclude<RowOfCells, Date> {
  return typeof row === "object" && !(row instanceof Date) ? row : [row];
}

/** The type of a single column gives the column `value`. */
function declaredSchema(
  schema: string | readonly string[] | StructType | DataType | undefined,
): StructType | undefined {
  if (schema === undefined || isNames(schema)) return undefined;
  const type = typeof schema === "string" ? schemaOrType(schema) : schema;
  return type.kind === "struct" ? type : struct([field("value", type)]);
}

function isNames(schema: string | readonly string[] | StructType | DataType): schema is readonly string[] {
  return Array.isArray(schema);
}

function schemaOrType(text: string): StructType | DataType {
  return /^\s*[a-z_]+\s*(\(.*\)|<.*>)?\s*$/is.test(text) ? parseDataType(text) : parseSchema(text);
}

function cellsOf(row: Exclude<RowOfCells, Date>, names: readonly string[]): readonly Cell[] {
  return isByPosition(row) ? row : names.map((name) => row[name] ?? null);
}

function cellText(cell: Cell): string {
  return cell instanceof Column ? cell.text : literalText(cell as LiteralValue);
}

function isByPosition(row: Exclude<RowOfCells, Date>): row is readonly Cell[] {
  return Array.isArray(row);
}

/** Names of the rows' keys in the order in which they come up; `_1`, `_2` ... for arrays. Columns beyond the names given get such ones, too. */
function withDefaults(
  names: readonly string[] | undefined,
  rows: readonly Exclude<RowOfCells, Date>[],
): readonly string[] {
  const [first] = rows;
  if (first === undefined) {
    if (names === undefined || names.length === 0) throw emptySchema();
    return names;
  }
  if (!isByPosition(first)) return names ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return first.map((_, i) => names?.[i] ?? `_${i + 1}`);
}

/** Scalars beside text in a column are text, too. */
function engineValue(value: Value | undefined, asText: boolean): Value {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString();
  return asText && typeof value !== "string" ? String(value) : value;
}
