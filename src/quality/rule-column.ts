/** A column as a rule about a write as a whole names it: one of the rows, or a field within one. */
import type { ExpressionCompiler } from "../engine/expression-compiler.js";
import { isLakeletError } from "../errors/lakelet-error.js";
import { type DataType, findField, type StructType } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import { quoteName } from "../schema/type-text.js";
import { invalidRule } from "./rules.js";

export interface RuleColumn {
  /** Engine SQL. */
  readonly sql: string;
  readonly dataType: DataType;
}

/** Spark SQL of a column that a rule names: `a.b` is the field b of a, and what has backticks is taken as it is. */
export function columnText(name: string): string {
  return name.includes("`") ? name : name.split(".").map(quoteName).join(".");
}

export interface ColumnScope {
  readonly schema: StructType;
  /** Unquoted. */
  readonly alias: string;
  readonly compiler: ExpressionCompiler;
}

/** @throws UNRESOLVED_COLUMN.WITH_SUGGESTION, FIELD_NOT_FOUND */
export function columnIn(name: string, { schema, alias, compiler }: ColumnScope): RuleColumn {
  const field = findField(schema, name);
  if (field) return { sql: `${engineName(alias)}.${engineName(field.name)}`, dataType: field.dataType };
  const { sql, dataType } = compiler.compile(columnText(name), [{ qualifier: [], schema, engineAlias: alias }]);
  return { sql, dataType };
}

/** The column where these rows have it. */
export function columnWhereKnown(name: string, scope: ColumnScope): RuleColumn | undefined {
  try {
    return columnIn(name, scope);
  } catch (error) {
    if (isLakeletError(error, "UNRESOLVED_COLUMN") || isLakeletError(error, "FIELD_NOT_FOUND")) return undefined;
    throw error;
  }
}

export function isTime({ kind }: DataType): boolean {
  return kind === "date" || kind === "timestamp" || kind === "timestamp_ntz";
}

const NUMBERS: ReadonlySet<string> = new Set(["byte", "short", "integer", "long", "float", "double", "decimal"]);

export function isNumber({ kind }: DataType): boolean {
  return NUMBERS.has(kind);
}

/** @throws INVALID_EXPECTATION */
export function requireType(name: string, { dataType }: RuleColumn, isRight: boolean, wanted: string): void {
  if (!isRight) throw invalidRule(`${name} is of the type ${dataType.kind}, not ${wanted}`, "Name another column.");
}
