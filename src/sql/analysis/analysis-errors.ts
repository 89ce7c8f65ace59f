/** Errors of name resolution and of the shape of queries, under Spark's condition names. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType } from "../../schema/data-type.js";
import { quoteName, typeText } from "../../schema/type-text.js";
import { editDistance } from "../functions/edit-distance.js";

const SUGGESTIONS = 5;

/** The name as the user knows it: what stands for a DataFrame (`#<plan id>`) is left out. */
function dotted(parts: readonly string[]): string {
  return parts
    .filter((part) => !isPlanPart(part))
    .map(quoteName)
    .join(".");
}

function isPlanPart(part: string): boolean {
  return /^#\w+$/.test(part);
}

export function sqlType(type: DataType): string {
  return `"${typeText(type).toUpperCase()}"`;
}

/** The known names, nearest first, at most five. */
function nearest(wanted: readonly string[], known: readonly (readonly string[])[]): readonly string[] {
  const text = wanted.join(".").toLowerCase();
  const last = wanted.at(-1)?.toLowerCase() ?? "";
  return [...new Map(known.map((one) => [dotted(one), one])).entries()]
    .map(([shown, parts]) => {
      const whole = editDistance(text, parts.join(".").toLowerCase());
      return { shown, distance: Math.min(whole, editDistance(last, parts.at(-1)?.toLowerCase() ?? "")) };
    })
    .sort((one, other) => one.distance - other.distance)
    .slice(0, SUGGESTIONS)
    .map((one) => one.shown);
}

/** UNRESOLVED_COLUMN.*; `known` are the names in scope, qualified where that tells them apart. */
export function unresolvedColumn(parts: readonly string[], known: readonly (readonly string[])[]): LakeletError {
  const objectName = dotted(parts);
  const proposal = nearest(parts, known).join(", ");
  return new LakeletError({
    condition: proposal === "" ? "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION" : "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    sqlState: "42703",
    problem: `A column, variable, or function parameter with name ${objectName} cannot be resolved.`,
    ...(proposal === "" ? {} : { cure: `Did you mean one of the following? [${proposal}].` }),
    parameters: { objectName, ...(proposal === "" ? {} : { proposal }) },
  });
}

/** A column of a DataFrame that is not among the inputs. */
export function missingAttribute(parts: readonly string[], known: readonly (readonly string[])[]): LakeletError {
  const missing = dotted(parts);
  const input = known.map(dotted).join(", ");
  return new LakeletError({
    condition: "MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_MISSING_FROM_INPUT",
    sqlState: "XX000",
    problem: `The column ${missing} belongs to another DataFrame, or is gone; here are [${input}].`,
    cure: "Join that DataFrame first, or name the column with col().",
    parameters: { missingAttributes: missing, input },
  });
}

export function ambiguousReference(parts: readonly string[], candidates: readonly (readonly string[])[]): LakeletError {
  const referenceNames = `[${candidates.map(dotted).join(", ")}]`;
  return new LakeletError({
    condition: "AMBIGUOUS_REFERENCE",
    sqlState: "42704",
    problem: `Reference ${dotted(parts)} is ambiguous, could be: ${referenceNames}.`,
    cure: "Qualify it with the name or alias of its table.",
    parameters: { name: dotted(parts), referenceNames },
  });
}

export function ambiguousAlias(name: string, count: number): LakeletError {
  return new LakeletError({
    condition: "AMBIGUOUS_LATERAL_COLUMN_ALIAS",
    sqlState: "42702",
    problem: `Lateral column alias ${quoteName(name)} is ambiguous and has ${count} matches.`,
    cure: "Give the columns different aliases.",
    parameters: { name: quoteName(name), n: String(count) },
  });
}

export function fieldNotFound(name: string, fields: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "FIELD_NOT_FOUND",
    sqlState: "42704",
    problem: `No such struct field ${quoteName(name)} in ${fields.map(quoteName).join(", ")}.`,
    parameters: { fieldName: quoteName(name), fields: fields.map(quoteName).join(", ") },
  });
}

export function ambiguousField(name: string, count: number): LakeletError {
  return new LakeletError({
    condition: "AMBIGUOUS_REFERENCE_TO_FIELDS",
    sqlState: "42000",
    problem: `Ambiguous reference to the field ${quoteName(name)}. It appears ${count} times in the schema.`,
    parameters: { field: quoteName(name), count: String(count) },
  });
}

export function cannotExtract(base: string, type: DataType): LakeletError {
  return new LakeletError({
    condition: "INVALID_EXTRACT_BASE_FIELD_TYPE",
    sqlState: "42000",
    problem: `Can't extract a value from "${base}". Need a complex type [STRUCT, ARRAY, MAP] but got ${sqlType(type)}.`,
    parameters: { base: `"${base}"`, other: sqlType(type) },
  });
}

export function unresolvedRoutine(name: string, suggestion: string | undefined): LakeletError {
  return new LakeletError({
    condition: "UNRESOLVED_ROUTINE",
    sqlState: "42883",
    problem: `Cannot resolve routine ${quoteName(name)}.`,
    reason: "lakelet knows no function of that name.",
    ...(suggestion === undefined ? {} : { cure: `Did you mean ${quoteName(suggestion)}?` }),
    parameters: { routineName: quoteName(name), ...(suggestion === undefined ? {} : { proposal: suggestion }) },
  });
}

export function refusedFunction(name: string, alternative: string): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.FUNCTION",
    sqlState: "0A000",
    problem: `The function ${quoteName(name)} is not available in lakelet.`,
    cure: alternative,
    parameters: { functionName: quoteName(name) },
  });
}

/** A condition with a name, a state and a sentence; for those that need no more. */
export function analysisError(
  condition: string,
  sqlState: string,
  problem: string,
  options: { readonly cure?: string; readonly parameters?: Readonly<Record<string, string>> } = {},
): LakeletError {
  return new LakeletError({ condition, sqlState, problem, ...options });
}

export function missingAggregation(column: string): LakeletError {
  return analysisError(
    "MISSING_AGGREGATION",
    "42803",
    `The non-aggregating expression "${column}" is based on columns which are not participating in the GROUP BY clause.`,
    {
      cure: `Add the columns or the expression to the GROUP BY, aggregate the expression, or use "any_value(${column})" if you do not care which of the values within a group is returned.`,
      parameters: { expression: `"${column}"`, expressionAnyValue: `"any_value(${column})"` },
    },
  );
}

export function missingGroupBy(): LakeletError {
  return analysisError(
    "MISSING_GROUP_BY",
    "42803",
    "The query does not include a GROUP BY clause, but selects a column beside an aggregate function.",
    { cure: "Add GROUP BY, or turn the aggregate functions into window functions with OVER." },
  );
}

/** DATATYPE_MISMATCH.DATA_DIFF_TYPES and its like for operands without a common type. */
export function noCommonType(name: string, types: readonly DataType[]): LakeletError {
  const shown = types.map(sqlType).join(", ");
  return analysisError(
    "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
    "42K09",
    `Input to ${quoteName(name)} should all be the same type, but it's [${shown}].`,
    {
      cure: "Cast the values to one type.",
      parameters: { functionName: quoteName(name), dataType: `[${shown}]` },
    },
  );
}

export function notBoolean(clause: string, type: DataType): LakeletError {
  return analysisError(
    "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN",
    "42K09",
    `The condition of ${clause} has the type ${sqlType(type)}, not "BOOLEAN".`,
    { cure: "Compare it with a value, or cast it to BOOLEAN.", parameters: { type: sqlType(type) } },
  );
}
