/** What was found wrong with a job or a pipeline, and what has no effect here. */
import type { InvalidDocumentError, LocatedProblem } from "../jobs/spec/problem.js";

export interface Validation {
  /** The spec's path from the working folder. */
  readonly file: string;
  /** undefined where the mistakes keep it from being known. */
  readonly job: { readonly name: string; readonly tasks: number; readonly bundleKey: string | undefined } | undefined;
  /** Instead of a job. */
  readonly pipeline?: { readonly name: string; readonly sources: number };
  readonly target: string | undefined;
  /** By file and line, errors too. */
  readonly problems: readonly LocatedProblem[];
  /** All the mistakes as one message. */
  readonly error?: InvalidDocumentError;
}
