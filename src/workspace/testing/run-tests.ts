/** `lakelet test`: the tests of the project, one after the other on one warm engine. */
import { dirname } from "node:path";
import { openProject } from "../project.js";
import { runTest } from "./run-test.js";
import { type FoundTest, findTests } from "./test-files.js";
import type { TestResult } from "./test-result.js";

export type { Checked } from "./check-expected.js";
export { failureLines, type Paint } from "./failure-text.js";
export type { TestResult } from "./test-result.js";

export interface RunTestsOptions {
  /** Files and folders; the whole project where there are none. */
  readonly paths: readonly string[];
  /** Only tests whose names match. */
  readonly name?: string | undefined;
  readonly onResult: (result: TestResult) => void;
}

export interface TestsResult {
  readonly results: readonly TestResult[];
  /** Tests that `name` left out. */
  readonly leftOut: number;
}

export async function runTests({ paths, name, onResult }: RunTestsOptions): Promise<TestsResult> {
  const project = openProject();
  const found = await findTests(project, paths);
  const chosen = found.filter(({ test }) => isMeant(test.name, name));
  const results: TestResult[] = [];
  for (const one of chosen) {
    const result = await runFound(one, project);
    results.push(result);
    onResult(result);
  }
  return { results, leftOut: found.length - chosen.length };
}

function runFound({ test, file, line }: FoundTest, project: ReturnType<typeof openProject>): Promise<TestResult> {
  return runTest(test, { project, folder: dirname(file), file, line });
}

/** A part of the name, letter case aside; or a pattern. */
function isMeant(name: string, wanted: string | undefined): boolean {
  if (wanted === undefined || name.toLowerCase().includes(wanted.toLowerCase())) return true;
  try {
    return new RegExp(wanted, "i").test(name);
  } catch {
    return false;
  }
}
