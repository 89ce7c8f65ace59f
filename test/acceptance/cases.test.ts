/** The semantic cases of others, as plain Spark SQL: each must give its rows, or its kind of error with the table unchanged. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LakeletError } from "../../src/errors/lakelet-error.js";
import type { ExecutionResult } from "../../src/session/contract.js";
import { StatementError } from "../../src/session/local/statement-executor.js";
import { useSession } from "../support/session.js";
import { actualRows, type Case, conditionOf, LATER, normalised, type Rows } from "./cases.js";

const lake = useSession();
const folder = join(process.env.LAKELET_SHARED ?? join(import.meta.dirname, "../../../shared"), "cases");
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];

if (files.length === 0) test.skip("semantic cases: skipped because ../shared/cases is not there", () => undefined);

describe.each(files)("%s", (file) => {
  const cases = JSON.parse(readFileSync(join(folder, file), "utf8")) as readonly Case[];
  for (const one of cases) {
    const later = LATER.find((reason) => reason.matches(one, file));
    if (later) test.skip(`${one.id}: ${later.why}`, () => undefined);
    else test(one.id, () => run(one));
  }
});

/** Each case has a schema and settings of its own in one session. */
async function run(one: Case): Promise<void> {
  const { spark } = lake;
  const schema = one.id.replace(/\W/g, "_");
  await spark.execute(`RESET; CREATE SCHEMA main.${schema}; USE main.${schema}`);
  for (const statement of one.setup) await spark.execute(statement);
  const last = one.expect.error === undefined ? one.run.length : one.run.length - 1;
  for (const statement of one.run.slice(0, last)) await spark.execute(statement);
  if (one.expect.error === undefined) return expectRows(await spark.execute(one.query ?? ""), one.expect);
  const failure = await spark.execute(one.run[last] ?? "").then(
    () => undefined,
    (error: unknown) => (error instanceof StatementError ? error.cause : error),
  );
  expect(failure, "the statement must fail").toBeInstanceOf(LakeletError);
  expect((failure as LakeletError).condition).toMatch(conditionOf(one.expect.error, one.expect.reference));
  if (one.expect.then) expectRows(await spark.execute(one.expect.then.query), one.expect.then);
}

function expectRows(result: ExecutionResult, expected: Partial<Rows>): void {
  expect(normalised(actualRows(result, expected.columns))).toEqual(normalised(expected.rows ?? []));
}
