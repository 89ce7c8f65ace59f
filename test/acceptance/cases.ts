/** The form of a semantic case, how its values compare, and where Spark is of another mind. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Value } from "../../src/engine/engine.js";
import type { ExecutionResult } from "../../src/session/contract.js";

export interface Rows {
  readonly columns?: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}
export interface Case {
  readonly id: string;
  readonly setup: readonly string[];
  readonly run: readonly string[];
  readonly query?: string;
  readonly expect: Partial<Rows> & {
    readonly error?: string;
    readonly reference?: string;
    readonly then?: Rows & { readonly query: string };
  };
}

/** Conditions that count as each kind of error; a kind that is not here is decided by `reference`. */
const CONDITIONS: Readonly<Record<string, RegExp>> = {
  AMBIGUOUS_MERGE: /^DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE/,
  AMBIGUOUS_REFERENCE: /^(AMBIGUOUS_REFERENCE|DELTA_AMBIGUOUS_)/,
  UNRESOLVED_COLUMN: /^(UNRESOLVED_COLUMN|FIELD_NOT_FOUND|DELTA_MERGE_UNRESOLVED_EXPRESSION)/,
  CONFLICTING_ASSIGNMENT: /^DELTA_CONFLICT_SET_COLUMN/,
  DUPLICATE_COLUMN: /^(DELTA_DUPLICATE_COLUMNS_FOUND|COLUMN_ALREADY_EXISTS)/,
  INVALID_CLAUSE_ORDER: /^NON_LAST_.*_CLAUSE_OMIT_CONDITION/,
  ARITY_MISMATCH: /^(DELTA_)?INSERT_COLUMN_ARITY_MISMATCH/,
  SCHEMA_MISMATCH: /^(DELTA_METADATA_MISMATCH|DELTA_FAILED_TO_MERGE_FIELDS|INCOMPATIBLE_DATA_FOR_TABLE)/,
  TYPE_MISMATCH: /^(DATATYPE_MISMATCH|DELTA_FAILED_TO_MERGE_FIELDS)/,
  CAST_OVERFLOW: /^(CAST_OVERFLOW|ARITHMETIC_OVERFLOW|NUMERIC_VALUE_OUT_OF_RANGE|DELTA_CAST_OVERFLOW_IN_TABLE_WRITE)/,
  CAST_INVALID_INPUT: /^CAST_INVALID_INPUT/,
  CONSTRAINT_VIOLATION:
    /^(DELTA_VIOLATE_CONSTRAINT_WITH_VALUES|DELTA_NOT_NULL_CONSTRAINT_VIOLATED|DELTA_EXCEED_CHAR_VARCHAR_LIMIT|EXCEED_LIMIT_LENGTH)/,
  REPLACE_WHERE_MISMATCH: /^DELTA_REPLACE_WHERE_MISMATCH/,
  APPEND_ONLY: /^DELTA_CANNOT_MODIFY_APPEND_ONLY/,
  TABLE_NOT_FOUND: /^(TABLE_OR_VIEW_NOT_FOUND|DELTA_TABLE_NOT_FOUND)/,
  ALREADY_EXISTS: /^(TABLE_OR_VIEW_ALREADY_EXISTS|DELTA_TABLE_ALREADY_EXISTS)/,
  VERSION_NOT_FOUND: /^DELTA_VERSION_NOT_FOUND/,
  TIMESTAMP_OUT_OF_RANGE: /^DELTA_TIMESTAMP_(GREATER_THAN_COMMIT|EARLIER_THAN_COMMIT_RETENTION)/,
  PARSE_ERROR: /^PARSE_SYNTAX_ERROR/,
  UNSUPPORTED: /UNSUPPORTED|NOT_SUPPORTED|INVALID_WHERE_CONDITION/,
};

/** The kind's conditions, and the reference's own. */
export function conditionOf(error: string, reference: string | undefined): RegExp {
  const own = new RegExp(`^${(reference ?? error).replace(/\..*/, "")}`);
  const kind = CONDITIONS[error];
  if (kind === undefined || reference === undefined) return kind ?? own;
  return new RegExp(`${kind.source}|${own.source}`);
}

/** Rows as the case writes them: numbers as numbers, dates and decimals as text, structs as objects. */
export function actualRows(
  result: ExecutionResult,
  columns: readonly string[] | undefined,
): readonly (readonly unknown[])[] {
  const names = result.schema.fields.map((one) => one.name.toLowerCase());
  const paths = columns?.map((one) => one.split("."));
  return result.rows.map((row) => {
    if (!paths) return row.map(plain);
    return paths.map(([first = "", ...rest]) => {
      const whole = names.indexOf(
        columns?.length === names.length && rest.length > 0 ? [first, ...rest].join(".") : first.toLowerCase(),
      );
      return rest.reduce<unknown>((value, key) => inside(value, key), plain(row[whole] ?? null));
    });
  });
}

function inside(value: unknown, key: string): unknown {
  return value !== null && typeof value === "object" ? ((value as Record<string, unknown>)[key] ?? null) : null;
}

function plain(value: Value): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean" || value === null)
    return value;
  if (Array.isArray(value)) return value.map((one: Value) => plain(one));
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [String(key), plain(one)]));
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return Object.fromEntries(Object.entries(value as Record<string, Value>).map(([key, one]) => [key, plain(one)]));
}

/** Numbers and number texts compare as numbers. */
export function normalised(rows: readonly (readonly unknown[])[]): unknown {
  return JSON.parse(JSON.stringify(rows), (_, value: unknown) =>
    typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value,
  );
}

/**
 * Cases that Spark 4.0.1 with Delta 4.0.1 was once seen not to answer as the case does, and why; lakelet follows the case.
 */
export const SPARK_SAYS: Readonly<Record<string, string>> = {
  ...among("delete/036 update/048", "a NULL struct that is inserted becomes a struct of NULLs"),
  ...among(
    "generated-identity-default/006 generated-identity-default/007 generated-identity-default/008 generated-identity-default/018 generated-identity-default/029 generated-identity-default/038 generated-identity-default/051",
    "UNSUPPORTED_FEATURE.TABLE_OPERATION: generated and identity columns only by DeltaTableBuilder",
  ),
  ...among(
    "merge-nulls/027 merge-nulls/032 merge-schema-evolution/064 merge-schema-evolution/072 merge-schema-evolution/074 merge-schema-evolution/075 merge-schema-evolution/077",
    "DELTA_UPDATE_SCHEMA_MISMATCH_EXPRESSION: WITH SCHEMA EVOLUTION has no effect",
  ),
  "merge-schema-evolution/086": "WITH SCHEMA EVOLUTION has no effect",
  "replace-where/042": "PARSE_SYNTAX_ERROR: REPLACE USING is Databricks' own",
};

function among(ids: string, said: string): Readonly<Record<string, string>> {
  return Object.fromEntries(ids.split(" ").map((id) => [id, said]));
}

/** The folder of the shared cases, which may be missing. */
export const CASES_FOLDER = join(process.env.LAKELET_SHARED ?? join(import.meta.dirname, "../../../shared"), "cases");

export function caseFiles(): readonly string[] {
  return existsSync(CASES_FOLDER) ? readdirSync(CASES_FOLDER).filter((name) => name.endsWith(".json")) : [];
}

export function casesOf(file: string): readonly Case[] {
  return JSON.parse(readFileSync(join(CASES_FOLDER, file), "utf8")) as readonly Case[];
}
