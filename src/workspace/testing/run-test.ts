/** One test: the lake as given, the pipeline, notebook or SQL file at work on it, and what came of it against what was expected. */
import type { Checked } from "./check-expected.js";
import { invalidTest } from "./sandbox.js";
import type { TestCase } from "./test-case.js";
import type { RunTestOptions, TestResult } from "./test-result.js";

/** Never throws for what a test comes to: that is in the result. */
export async function runTest(test: TestCase, options: RunTestOptions): Promise<TestResult> {
  const begin = performance.now();
  const failures = await failuresOf(test, options);
  const seconds = (performance.now() - begin) / 1000;
  const { file, line } = options;
  return { name: test.name, file, line, passed: failures.length === 0, seconds, failures };
}

async function failuresOf(test: TestCase, options: RunTestOptions): Promise<readonly Checked[]> {
  try {
    const kinds = [test.pipeline, test.notebook, test.sql].filter((one) => one !== undefined);
    if (kinds.length !== 1)
      throw invalidTest(
        `The test ${test.name} names ${kinds.length === 0 ? "nothing" : "several things"} to be tested.`,
        "Give it a `pipeline`, a `notebook` or a `sql`.",
      );
    if (test.pipeline !== undefined) {
      const { testPipeline } = await import("./test-pipeline.js");
      return await testPipeline(test, test.pipeline, options);
    }
    const { testCode } = await import("./test-code.js");
    return await testCode(test, options);
  } catch (error) {
    return [{ kind: "error", what: "the test", message: error instanceof Error ? error.message : String(error) }];
  }
}
