/**
 * All semantic cases through `lakelet sql`, one warehouse a case: `npx jiti test/acceptance/cases-by-command.ts [id ...]`.
 * Each case starts the command once or twice, so this takes minutes and is no part of `npm test`.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Value } from "../../src/engine/engine.js";
import type { StructType } from "../../src/schema/data-type.js";
import { builtPackage } from "../support/built-package.js";
import { actualRows, type Case, caseFiles, casesOf, conditionOf, normalised, type Rows } from "./cases.js";

interface Printed {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly Value[])[];
}
interface Outcome {
  readonly printed?: Printed;
  readonly error?: { readonly condition: string; readonly message: string; readonly statement: number };
}

const { command } = builtPackage();
const wanted = process.argv.slice(2);
const failures: string[] = [];
let count = 0;
for (const file of caseFiles()) {
  for (const one of casesOf(file)) {
    if (wanted.length > 0 && !wanted.includes(one.id)) continue;
    count++;
    const failure = await verdictOn(one);
    if (failure === undefined) continue;
    failures.push(one.id);
    console.log(`${one.id}: ${failure}`);
  }
}
console.log(`${count - failures.length} of ${count} cases pass through lakelet sql`);
process.exitCode = failures.length > 0 || count === 0 ? 1 : 0;

/** What is wrong, or undefined. */
async function verdictOn(one: Case): Promise<string | undefined> {
  const warehouse = mkdtempSync(join(tmpdir(), "lakelet-case-"));
  try {
    return await verdict(one, warehouse);
  } finally {
    rmSync(warehouse, { recursive: true, force: true });
  }
}

async function verdict(one: Case, warehouse: string): Promise<string | undefined> {
  const { error, reference, then, ...rows } = one.expect;
  const statements = [...one.setup, ...one.run, ...(error === undefined ? [one.query ?? ""] : [])];
  const outcome = await sql(statements, warehouse);
  if (error === undefined) return outcome.error?.message ?? difference(outcome.printed, rows);
  if (outcome.error === undefined) return "the last statement must fail";
  const { condition, statement } = outcome.error;
  if (statement !== statements.length - 1) return `statement ${statement} failed: ${outcome.error.message}`;
  if (!conditionOf(error, reference).test(condition)) return `failed with ${condition}`;
  if (then === undefined) return undefined;
  const after = await sql([then.query], warehouse);
  return after.error?.message ?? difference(after.printed, then);
}

function difference(printed: Printed | undefined, expected: Partial<Rows>): string | undefined {
  const rows = printed === undefined ? [] : actualRows(resultOf(printed), expected.columns);
  const [actual, wanted] = [normalised(rows), normalised(expected.rows ?? [])].map((one) => JSON.stringify(one));
  return actual === wanted ? undefined : `gave ${actual}, not ${wanted}`;
}

/** The printed document as a session's result: maps are printed as their entries. */
function resultOf({ columns, rows }: Printed): {
  readonly schema: StructType;
  readonly rows: Printed["rows"];
  readonly statements: [];
} {
  const isMap = columns.map(({ type }) => type.startsWith("map<"));
  const fields = columns.map(
    ({ name }) => ({ name, dataType: { kind: "string" }, nullable: true, metadata: {} }) as const,
  );
  const mapped = rows.map((row) =>
    row.map((value, i) => (isMap[i] && Array.isArray(value) ? new Map(value as [string, Value][]) : value)),
  );
  return { schema: { kind: "struct", fields }, rows: mapped, statements: [] };
}

function sql(statements: readonly string[], warehouse: string): Promise<Outcome> {
  const args = [command, "sql", statements.join(";\n"), "--warehouse", warehouse, "--format", "json"];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: warehouse, maxBuffer: 1 << 26 }, (failure, stdout, stderr) => {
      if (!failure) return resolve({ printed: JSON.parse(stdout) as Printed });
      const last = stderr.trim().split("\n").at(-1) ?? "";
      if (!last.startsWith("{"))
        return resolve({ error: { condition: "CRASH", message: stderr.slice(-500), statement: -1 } });
      resolve({ error: (JSON.parse(last) as { error: NonNullable<Outcome["error"]> }).error });
    });
  });
}
