/** `lakelet/testing`: tests of pipelines, notebooks and SQL files inside vitest or any other runner, and files of them for `lakelet test`. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { openProject } from "./workspace/project.js";
import { failureLines } from "./workspace/testing/failure-text.js";
import { runTest } from "./workspace/testing/run-test.js";
import type { TestCase, TestFile } from "./workspace/testing/test-case.js";
import type { TestResult } from "./workspace/testing/test-result.js";

export type {
  Expected,
  ExpectedRows,
  Given,
  GivenFile,
  GivenTable,
  TestCase,
  TestFile,
  TestRow,
} from "./workspace/testing/test-case.js";

type Unnamed = Omit<TestCase, "name" | "pipeline" | "notebook" | "sql"> & { readonly name?: string };

/** Where relative paths start: a folder, or `import.meta.url` of the test; the working folder where absent. */
export interface TestPlace {
  readonly from?: string;
}

/** What differed, as `lakelet test` shows it. */
export class UnexpectedOutcome extends Error {
  override readonly name = "UnexpectedOutcome";
  constructor(readonly result: TestResult) {
    super(["The outcome is not as expected.", ...result.failures.flatMap((one) => failureLines(one))].join("\n"));
  }
}

/**
 * Runs the datasets under test with the given rows in the place of what they read, in a lake of their own; throws what is not as expected.
 *
 * @example
 * await testDataset("medallion_sql", {
 *   dataset: "gold_customer_ltv",
 *   given: { tables: { silver_orders: [{ order_id: 1, customer_id: 7, status: "completed", amount: "10.00", order_date: "2024-01-10" }] } },
 *   expect: { tables: { gold_customer_ltv: [{ customer_id: 7, lifetime_value: "10.00" }] } },
 * });
 */
export function testDataset(pipeline: string, test: Unnamed, place: TestPlace = {}): Promise<void> {
  return outcomeOf({ name: pipeline, ...test, pipeline }, place);
}

/**
 * Runs a notebook in a lake of its own.
 * @example await testNotebook("pipelines/silver.ts", { given: { tables: { bronze: [{ id: 1 }] } }, expect: { tables: { silver: [{ id: 1 }] } } })
 */
export function testNotebook(notebook: string, test: Unnamed, place: TestPlace = {}): Promise<void> {
  return outcomeOf({ name: notebook, ...test, notebook }, place);
}

/** Runs the statements of a SQL file in a lake of its own; `expect.result` are the rows of the last one. */
export function testSql(file: string, test: Unnamed, place: TestPlace = {}): Promise<void> {
  return outcomeOf({ name: file, ...test, sql: file }, place);
}

/** The tests of a `*.tests.ts` file, which `lakelet test` runs: `export default tests({ pipeline: ..., tests: [...] })`. */
export function tests(file: TestFile): TestFile {
  return file;
}

async function outcomeOf(test: TestCase, { from }: TestPlace): Promise<void> {
  const folder = from === undefined ? process.cwd() : from.startsWith("file:") ? dirname(fileURLToPath(from)) : from;
  const result = await runTest(test, { project: openProject(folder), folder });
  if (!result.passed) throw new UnexpectedOutcome(result);
}
