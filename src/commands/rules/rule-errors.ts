/** The errors of a table's rules under Delta's published conditions, and the engine SQL that raises one with the values of a row. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import { typeText } from "../../schema/type-text.js";

/** As `raiseSql`, with engine SQL of values between the two halves of the message. */
export function raiseWith(
  condition: string,
  sqlState: string,
  before: string,
  values: readonly string[],
  after: string,
): string {
  const parts = [
    engineString(`[lakelet:${condition}|${sqlState}] ${before}`),
    ...values.map((sql) => `coalesce(CAST(${sql} AS VARCHAR), 'null')`),
    ...(after === "" ? [] : [engineString(after)]),
  ];
  return `error(${parts.join(" || ")})`;
}

export function nonBooleanConstraint(name: string, expression: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_NON_BOOLEAN_CHECK_CONSTRAINT",
    sqlState: "42621",
    problem: `CHECK constraint '${name}' (${expression}) should be a boolean expression.`,
    cure: "Write a comparison.",
    parameters: { name, expr: expression },
  });
}

export function generatedTypeMismatch(column: string, expression: DataType, declared: DataType): LakeletError {
  const [expressionType, columnType] = [expression, declared].map((type) => typeText(type).toUpperCase());
  return new LakeletError({
    condition: "DELTA_GENERATED_COLUMNS_EXPR_TYPE_MISMATCH",
    sqlState: "42K09",
    problem: `The expression type of the generated column ${column} is ${expressionType}, but the column type is ${columnType}.`,
    cure: `Write CAST(... AS ${columnType}) in the generation expression.`,
    parameters: { columnName: column, expressionType: expressionType ?? "", columnType: columnType ?? "" },
  });
}

export function generatedReferences(cause?: unknown): LakeletError {
  return new LakeletError({
    condition: "DELTA_INVALID_GENERATED_COLUMN_REFERENCES",
    sqlState: "42621",
    problem: "A generated column cannot use a non-existent column or another generated column.",
    cause,
  });
}

export function generatedNonDeterministic(expression: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_NON_DETERMINISTIC_EXPRESSION_IN_GENERATED_COLUMN",
    sqlState: "42621",
    problem: `Found ${expression}. A generated column cannot use a non deterministic expression.`,
    parameters: { expr: expression },
  });
}

export function generatedExpressionRefused(
  kind: "AGGREGATE_IN" | "UNSUPPORTED_EXPRESSION",
  text: string,
): LakeletError {
  const aggregate = kind === "AGGREGATE_IN";
  return new LakeletError({
    condition: aggregate ? "DELTA_AGGREGATE_IN_GENERATED_COLUMN" : "DELTA_UNSUPPORTED_EXPRESSION_GENERATED_COLUMN",
    sqlState: "42621",
    problem: aggregate
      ? `Found ${text}. A generated column cannot use an aggregate expression.`
      : `${text} cannot be used in a generated column.`,
    cure: "Use an expression over the columns of the same row.",
    parameters: aggregate ? { sqlExpr: text } : { expression: text },
  });
}

const IDENTITY_PROBLEMS = {
  EXPLICIT_INSERT_NOT_SUPPORTED: [
    "42808",
    (column: string) => `Providing values for GENERATED ALWAYS AS IDENTITY column ${column} is not supported.`,
  ],
  UPDATE_NOT_SUPPORTED: ["42808", (column: string) => `UPDATE on IDENTITY column ${column} is not supported.`],
  ILLEGAL_STEP: ["42611", () => "IDENTITY column step cannot be 0."],
  UNSUPPORTED_DATA_TYPE: ["428H2", (type: string) => `DataType ${type} is not supported for IDENTITY columns.`],
  PARTITION_NOT_SUPPORTED: ["42601", (column: string) => `PARTITIONED BY IDENTITY column ${column} is not supported.`],
  ALTER_COLUMN_NOT_SUPPORTED: ["429BQ", () => "ALTER TABLE ALTER COLUMN is not supported for IDENTITY columns."],
  REPLACE_COLUMN_NOT_SUPPORTED: [
    "429BQ",
    () => "ALTER TABLE REPLACE COLUMNS is not supported for tables with IDENTITY columns.",
  ],
  ALTER_NON_IDENTITY_COLUMN: [
    "429BQ",
    (column: string) => `ALTER TABLE ALTER COLUMN SYNC IDENTITY cannot be called on the non IDENTITY column ${column}.`,
  ],
  WITH_GENERATED_EXPRESSION: ["42613", () => "IDENTITY column cannot be specified with a generated column expression."],
} as const;

export function identityRefused(kind: keyof typeof IDENTITY_PROBLEMS, detail = ""): LakeletError {
  const [sqlState, problem] = IDENTITY_PROBLEMS[kind];
  return new LakeletError({
    condition: `DELTA_IDENTITY_COLUMNS_${kind}`,
    sqlState,
    problem: problem(detail),
    ...(kind === "EXPLICIT_INSERT_NOT_SUPPORTED" || kind === "UPDATE_NOT_SUPPORTED"
      ? { cure: "Leave the column out; the table gives the values." }
      : {}),
    parameters: { colName: detail },
  });
}

export function invalidDefault(
  column: string,
  text: string,
  reason: "NOT_CONSTANT" | "SUBQUERY_EXPRESSION" | "DATA_TYPE" | "NON_DETERMINISTIC",
  cause?: unknown,
): LakeletError {
  const because = {
    NOT_CONSTANT: "it is not an expression whose value is known without a row",
    SUBQUERY_EXPRESSION: "subquery expressions are not allowed in DEFAULT values",
    DATA_TYPE: "its type cannot be stored in the column",
    NON_DETERMINISTIC: "DEFAULT values may not be non-deterministic",
  }[reason];
  return new LakeletError({
    condition:
      reason === "NON_DETERMINISTIC" ? "INVALID_NON_DETERMINISTIC_EXPRESSIONS" : `INVALID_DEFAULT_VALUE.${reason}`,
    sqlState: reason === "NON_DETERMINISTIC" ? "42K0E" : "42623",
    problem: `The destination column ${column} has the DEFAULT value ${text}, which is not allowed: ${because}.`,
    cure: "Give a constant of the column's type.",
    parameters: { colName: column, defaultValue: text },
    cause,
  });
}
