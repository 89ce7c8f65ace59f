/** What a test expects against what is there: rows, quarantine, counts of expectations, an error. */
import { qualify, type SchemaIdentifier } from "../../catalog/table-identifier.js";
import { nameParts } from "../../dataframe/column.js";
import type { DataFrame } from "../../dataframe/data-frame.js";
import { findField, type StructType, struct } from "../../schema/data-type.js";
import { quoteName } from "../../schema/type-text.js";
import type { SparkSession } from "../../session/contract.js";
import { type Cells, type ComparedRows, compareRows } from "./row-difference.js";
import type { Expected, ExpectedRows } from "./test-case.js";
import { cellOf, columnsOf, textOfColumn, typedRows } from "./typed-rows.js";

export interface CountedExpectation {
  readonly name: string;
  readonly dataset: string;
  readonly passed: bigint | undefined;
  readonly failed: bigint;
}

/** What the thing under test came to. */
export interface Outcome {
  readonly error: unknown;
  readonly expectations: readonly CountedExpectation[];
  /** The rows of a SQL file's last statement. */
  readonly result?: { readonly schema: StructType; readonly rows: readonly (readonly unknown[])[] };
}

/** Something that is not as expected. */
export type Checked =
  | {
      readonly kind: "rows";
      readonly what: string;
      readonly columns: readonly string[];
      readonly compared: ComparedRows;
    }
  | { readonly kind: "value"; readonly what: string; readonly expected: string; readonly actual: string }
  | { readonly kind: "error"; readonly what: string; readonly message: string };

export async function checkExpected(
  session: SparkSession,
  current: SchemaIdentifier,
  expected: Expected,
  outcome: Outcome,
): Promise<readonly Checked[]> {
  const unforeseen = checkError(expected.error, outcome.error);
  if (unforeseen) return [unforeseen];
  const table = (name: string, suffix = "") => {
    const { catalog, schema, name: last } = qualify(nameParts(name), current);
    return {
      text: `${catalog}.${schema}.${last}${suffix}`,
      sql: [catalog, schema, last + suffix].map(quoteName).join("."),
    };
  };
  const failures: (Checked | undefined)[] = [];
  for (const [name, rows] of Object.entries(expected.tables ?? {})) {
    const { text, sql } = table(name);
    failures.push(await checkRows(session, text, await existing(session, sql), rows));
  }
  for (const [name, rows] of Object.entries(expected.quarantine ?? {})) {
    const { text, sql } = table(name, "_quarantine");
    failures.push(await checkRows(session, text, await existing(session, sql), withReasons(rows), true));
  }
  for (const [name, counts] of Object.entries(expected.expectations ?? {})) {
    const { text } = table(name);
    for (const [check, count] of Object.entries(counts))
      failures.push(checkCounts(text, check, count, outcome.expectations));
  }
  if (expected.result !== undefined && outcome.result !== undefined) {
    const { schema, rows } = outcome.result;
    const frame = session.createDataFrame(rows as never, schema);
    failures.push(await checkRows(session, "the result", frame, expected.result));
  }
  return failures.filter((one) => one !== undefined);
}

function checkError(expected: Expected["error"], error: unknown): Checked | undefined {
  const what = "the error";
  const message = messageOf(error);
  if (expected === undefined)
    return error === undefined
      ? undefined
      : { kind: "error", what: "an error that was not expected", message: message ?? "" };
  const { condition, message: part } =
    typeof expected === "string" ? { condition: expected, message: undefined } : expected;
  const wanted = [condition, part].filter((one) => one !== undefined).join(": ");
  if (message === undefined) return { kind: "value", what, expected: wanted, actual: "no error" };
  const found = conditionOf(error);
  const isCondition = condition === undefined || found === condition || found?.startsWith(`${condition}.`) === true;
  return isCondition && message.includes(part ?? "")
    ? undefined
    : { kind: "value", what, expected: wanted, actual: message };
}

/** A LakeletError, or the failure of a notebook's attempt. */
function conditionOf(error: unknown): string | undefined {
  return error !== null && typeof error === "object" && "condition" in error ? String(error.condition) : undefined;
}

function messageOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  return error !== null && typeof error === "object" && "message" in error ? String(error.message) : String(error);
}

/** Undefined where there is no such table. */
async function existing(session: SparkSession, sql: string): Promise<DataFrame | undefined> {
  return (await session.catalog.tableExists(sql)) ? session.table(sql) : undefined;
}

/** `reason` is short for the column; several are written as a list. */
function withReasons(expected: ExpectedRows): ExpectedRows {
  const rows = "rows" in expected ? expected.rows : expected;
  const named = rows.map(({ reason, reasons, ...row }) => {
    const why = reason ?? reasons;
    if (why === undefined) return row;
    return { ...row, quarantine_reason: Array.isArray(why) ? why.join("; ") : why };
  });
  return "rows" in expected ? { ...expected, rows: named } : named;
}

async function checkRows(
  session: SparkSession,
  what: string,
  frame: DataFrame | undefined,
  expected: ExpectedRows,
  mayBeMissing = false,
): Promise<Checked | undefined> {
  const {
    rows,
    columns: wanted,
    ordered = false,
  } = "rows" in expected ? { ...expected } : { rows: expected, columns: undefined };
  if (frame === undefined) {
    if (mayBeMissing && rows.length === 0) return undefined;
    return { kind: "value", what, expected: `${rows.length} rows`, actual: "there is no such table" };
  }
  const schema = await frame.schema();
  const named = wanted ?? columnsOf(rows);
  const columns = named.length > 0 ? named : schema.fields.map((one) => one.name);
  const unknown = columns.find((name) => findField(schema, name) === undefined);
  if (unknown !== undefined) {
    const known = schema.fields.map((one) => one.name).join(", ");
    return { kind: "value", what, expected: `a column \`${unknown}\``, actual: `the columns ${known}` };
  }
  const compared = struct(columns.flatMap((name) => findField(schema, name) ?? []));
  const actual = await cellsOf(frame, compared);
  const typed = await cellsOf(typedRows(session, rows, compared, "try_cast"), compared);
  // What is no value of the column's type cannot be there: it is shown as it was written.
  const cells = typed.map((row, i) =>
    row.map((cell, k) => {
      const value = cellOf(rows[i] ?? {}, compared.fields[k]?.name ?? "");
      return cell === null && value !== null && value !== undefined ? String(value) : cell;
    }),
  );
  const floating = compared.fields.map(({ dataType }) => dataType.kind === "double" || dataType.kind === "float");
  const result = compareRows(cells, actual, { ordered, floating });
  return result.differences.length === 0
    ? undefined
    : { kind: "rows", what, columns: compared.fields.map((one) => one.name), compared: result };
}

async function cellsOf(frame: DataFrame, { fields }: StructType): Promise<readonly Cells[]> {
  const texts = fields.map((one, i) => `${textOfColumn(quoteName(one.name), one.dataType)} AS c${i}`);
  const rows = await frame.selectExpr(...texts).collect();
  return rows.map((row) => fields.map((_, i) => (row as Readonly<Record<string, string | null>>)[`c${i}`] ?? null));
}

function checkCounts(
  table: string,
  check: string,
  wanted: { readonly passed?: number | undefined; readonly failed?: number | undefined },
  counted: readonly CountedExpectation[],
): Checked | undefined {
  const what = `the expectation ${check} of ${table}`;
  const found = counted.filter((one) => one.name === check && one.dataset.toLowerCase() === table.toLowerCase());
  if (found.length === 0) {
    const known = counted.filter((one) => one.dataset.toLowerCase() === table.toLowerCase()).map((one) => one.name);
    const actual =
      known.length === 0 ? "no expectation was evaluated" : `evaluated were ${[...new Set(known)].join(", ")}`;
    return { kind: "value", what, expected: "evaluated", actual };
  }
  const failed = found.reduce((sum, one) => sum + one.failed, 0n);
  const passed = found.some((one) => one.passed === undefined)
    ? undefined
    : found.reduce((sum, one) => sum + (one.passed ?? 0n), 0n);
  const text = (a: unknown, b: unknown) =>
    [
      ...(wanted.passed === undefined ? [] : [`${a} passed`]),
      ...(wanted.failed === undefined ? [] : [`${b} failed`]),
    ].join(", ");
  const [expected, actual] = [text(wanted.passed, wanted.failed), text(passed ?? "an unknown number", failed)];
  return expected === actual ? undefined : { kind: "value", what, expected, actual };
}
