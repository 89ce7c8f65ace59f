/** The semantic cases of others, as plain Spark SQL: each must give its rows, or its kind of error with the table unchanged. */
import { describe, expect, test } from "vitest";
import { LakeletError } from "../../src/errors/lakelet-error.js";
import type { ExecutionResult } from "../../src/session/contract.js";
import { StatementError } from "../../src/session/local/statement-executor.js";
import { useSession } from "../support/session.js";
import { actualRows, type Case, caseFiles, casesOf, conditionOf, normalised, type Rows, SPARK_SAYS } from "./cases.js";

const lake = useSession();
const files = caseFiles();

if (files.length === 0) test.skip("semantic cases: skipped because ../shared/cases is not there", () => undefined);

describe.each(files)("%s", (file) => {
  for (const one of casesOf(file)) {
    const said = SPARK_SAYS[one.id];
    test(said === undefined ? one.id : `${one.id} (Spark 4.0.1: ${said})`, () => run(one));
  }
});

/** Each case has a schema and settings of its own in one session. */
async function run(one: Case): Promise<void> {
  const { spark } = lake;
  const expected = one.expect;
  const schema = one.id.replace(/\W/g, "_");
  await spark.execute(`RESET; CREATE SCHEMA main.${schema}; USE main.${schema}`);
  for (const statement of one.setup) await spark.execute(statement);
  const last = expected.error === undefined ? one.run.length : one.run.length - 1;
  for (const statement of one.run.slice(0, last)) await spark.execute(statement);
  if (expected.error === undefined) return expectRows(await spark.execute(one.query ?? ""), expected);
  const failure = await spark.execute(one.run[last] ?? "").then(
    () => undefined,
    (error: unknown) => (error instanceof StatementError ? error.cause : error),
  );
  expect(failure, "the statement must fail").toBeInstanceOf(LakeletError);
  expect((failure as LakeletError).condition).toMatch(conditionOf(expected.error, expected.reference));
  if (expected.then) expectRows(await spark.execute(expected.then.query), expected.then);
}

function expectRows(result: ExecutionResult, expected: Partial<Rows>): void {
  expect(normalised(actualRows(result, expected.columns))).toEqual(normalised(expected.rows ?? []));
}
