/** What a job spec has wrong, or says without effect here, each with its place in the file. */
import {
  formatLocation,
  LakeletError,
  type LakeletErrorOptions,
  type SourceLocation,
} from "../../errors/lakelet-error.js";
import type { DocumentPath } from "./document.js";

/**
 * `error`: cannot run. `warning`: runs, but not as Databricks would, or hardly as meant. `not-yet`: has a local meaning that is not
 * acted on yet. `no-local-effect`: only a cloud gives it a meaning; kept.
 */
export type Severity = "error" | "warning" | "not-yet" | "no-local-effect";

/** What the linter says of a mistake; the message has it too. */
export interface Advice {
  readonly what: string;
  readonly databricks: string;
  readonly here: string;
  readonly fix: string;
}

export interface Problem {
  readonly severity: Severity;
  readonly path: DocumentPath;
  readonly message: string;
  /** Of the linter's rule that found it. */
  readonly rule?: string;
  readonly advice?: Advice;
  /** Whether the mistake is the key itself or, where absent, what stands there. */
  readonly part?: "key" | "value";
}

export interface LocatedProblem extends Problem {
  readonly location: SourceLocation;
}

/** In the order of the file. */
export function inOrder(problems: readonly LocatedProblem[]): readonly LocatedProblem[] {
  const placeOf = ({ location }: LocatedProblem) => (location.line ?? 0) * 1e6 + (location.column ?? 0);
  // Files in the order in which they are first named.
  const files = [...new Set(problems.map((one) => one.location.file))];
  const fileOf = ({ location }: LocatedProblem) => files.indexOf(location.file);
  return [...problems].sort((a, b) => fileOf(a) - fileOf(b) || placeOf(a) - placeOf(b));
}

/** {@link LakeletError} with each mistake as data. */
export class InvalidDocumentError extends LakeletError {
  readonly problems: readonly LocatedProblem[];

  constructor(problems: readonly LocatedProblem[], options: LakeletErrorOptions) {
    super(options);
    this.problems = problems;
  }
}

/** One error for all that keeps a file from being used: the first one's place is the error's, each has its own line in the message. */
export function invalidDocument(
  condition: string,
  what: string,
  found: readonly LocatedProblem[],
): InvalidDocumentError {
  const problems = inOrder(found);
  const [first] = problems;
  const lines = problems.map((one) => `  ${formatLocation(one.location)}: ${one.message}`);
  const single = problems.length === 1 && first;
  return new InvalidDocumentError(problems, {
    condition,
    sqlState: "42000",
    problem: single ? first.message : `${what} has ${problems.length} mistakes:\n${lines.join("\n")}`,
    ...(first && { location: single ? first.location : { file: first.location.file } }),
  });
}

/** `tasks[1].new_cluster.num_workers`, or what `name` says. */
export function pathText(path: DocumentPath): string {
  return path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`),
    "",
  );
}
