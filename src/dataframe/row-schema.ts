/** Rows with types that a schema of zod gives: checked when they are collected. */
import type { Row } from "../engine/engine.js";
import { LakeletError } from "../errors/lakelet-error.js";

interface Issue {
  readonly path?: readonly PropertyKey[];
  readonly message: string;
}

/** What a zod schema offers; any library whose `safeParse` answers so will do. */
export interface RowSchema<Typed> {
  safeParse(
    row: unknown,
  ):
    | { readonly success: true; readonly data: Typed }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
}

/** Throws ROW_SCHEMA_MISMATCH with the row's number, the field and what is wrong with it. */
export function typedRows<Typed>(rows: readonly Row[], schema: RowSchema<Typed>): readonly Typed[] {
  return rows.map((row, i) => {
    const result = schema.safeParse(row);
    if (result.success) return result.data;
    throw mismatch(i, result.error.issues);
  });
}

function mismatch(row: number, issues: readonly Issue[]): LakeletError {
  const [first] = issues;
  const path = (first?.path ?? []).map(String).join(".");
  return new LakeletError({
    condition: "ROW_SCHEMA_MISMATCH",
    sqlState: "22000",
    problem: `Row ${row} does not fit the schema: ${path === "" ? "" : `${path}: `}${first?.message ?? "invalid"}.`,
    cure: "Change the schema, or select and cast the columns before: a BIGINT is a bigint, a DECIMAL and a DATE are text.",
    parameters: { row: String(row), path },
  });
}
