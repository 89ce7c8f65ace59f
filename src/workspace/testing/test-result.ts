/** What a test came to, and where it stands. */
import type { Project } from "../project-defaults.js";
import type { Checked } from "./check-expected.js";

export interface TestResult {
  readonly name: string;
  /** Absolute path of the test's file; undefined for one of TypeScript that did not say. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly passed: boolean;
  readonly seconds: number;
  /** What was not as expected. */
  readonly failures: readonly Checked[];
}

export interface RunTestOptions {
  readonly project: Project;
  /** Where relative paths of the test start. */
  readonly folder: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}
