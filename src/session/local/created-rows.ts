/** `createDataFrame`: JavaScript rows as a plan; cells may be Columns, evaluated when the plan runs. */
import { Column } from "../../dataframe/column.js";
import { type LiteralValue, literalText } from "../../dataframe/literal.js";
import type { Plan } from "../../dataframe/plan.js";
import { planNode } from "../../dataframe/plan-id.js";
import type { Value } from "../../engine/engine.js";
import type { StructType } from "../../schema/data-type.js";
import { parseSchema } from "../../sql/parse/parse.js";
import type { CreatedRow } from "../contract.js";
import { emptySchema, inferredSchema } from "./inferred-schema.js";
import { verifyRow } from "./row-verification.js";

type Cell = Value | Column;

/** Objects take their fields by name, arrays by position; a field that is missing is null. */
export function createdRows(rows: readonly CreatedRow[], schema?: string | readonly string[] | StructType): Plan {
  const declared =
    typeof schema === "string" ? parseSchema(schema) : schema !== undefined && "kind" in schema ? schema : undefined;
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

function cellsOf(row: CreatedRow, names: readonly string[]): readonly Cell[] {
  return isByPosition(row) ? row : names.map((name) => row[name] ?? null);
}

function cellText(cell: Cell): string {
  return cell instanceof Column ? cell.text : literalText(cell as LiteralValue);
}

function isByPosition(row: CreatedRow): row is readonly Cell[] {
  return Array.isArray(row);
}

/** Names of the rows' keys in the order in which they come up; `_1`, `_2` ... for arrays. Columns beyond the names given get such ones, too. */
function withDefaults(names: readonly string[] | undefined, rows: readonly CreatedRow[]): readonly string[] {
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
