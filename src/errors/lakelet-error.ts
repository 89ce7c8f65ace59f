/** The one error type of lakelet: a published condition name, and a message that gives problem, cause and cure. */

/** Where in a user's file the problem stands; lines and columns count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export interface LakeletErrorOptions {
  /** Spark's, Delta's or lakelet's published condition, e.g. `DELTA_CONCURRENT_APPEND`, `UNRESOLVED_COLUMN.WITH_SUGGESTION`. */
  readonly condition: string;
  /** Five characters, e.g. `42703`. `58000` (system error) where none is published. */
  readonly sqlState?: string;
  /** What is wrong, one sentence. */
  readonly problem: string;
  /** Why it is so, where that is known. */
  readonly reason?: string | undefined;
  /** What the user can do, an imperative sentence. */
  readonly cure?: string | undefined;
  /** The named values of the condition (table, column, ...), as text. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly location?: SourceLocation | undefined;
  readonly cause?: unknown;
}

/**
 * @example
 * throw new LakeletError({
 *   condition: "TABLE_OR_VIEW_NOT_FOUND",
 *   sqlState: "42P01",
 *   problem: "The table or view `ordrs` cannot be found.",
 *   cure: "Did you mean `orders`?",
 *   parameters: { relationName: "`ordrs`" },
 * });
 */
export class LakeletError extends Error {
  override readonly name = "LakeletError";
  readonly condition: string;
  readonly sqlState: string;
  readonly problem: string;
  readonly reason: string | undefined;
  readonly cure: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly location: SourceLocation | undefined;

  constructor(options: LakeletErrorOptions) {
    super(messageOf(options), options.cause === undefined ? undefined : { cause: options.cause });
    this.condition = options.condition;
    this.sqlState = options.sqlState ?? "58000";
    this.problem = options.problem;
    this.reason = options.reason;
    this.cure = options.cure;
    this.parameters = options.parameters ?? {};
    this.location = options.location;
  }
}

function messageOf({ condition, problem, reason, cure, location }: LakeletErrorOptions): string {
  const where = location ? `${formatLocation(location)}: ` : "";
  return `${where}[${condition}] ${[problem, reason, cure].filter(Boolean).join(" ")}`;
}

/** An error of the same condition in other words: what `changes` does not have stays as it was. */
export function reworded(error: LakeletError, changes: Partial<LakeletErrorOptions>): LakeletError {
  return new LakeletError({ ...error, cause: error.cause, ...changes });
}

/** The same error with the place where it came about; unchanged where it has one, where none is known, and where it is no LakeletError. */
export function locatedAt(error: unknown, location: SourceLocation | undefined): unknown {
  if (!(error instanceof LakeletError) || error.location !== undefined || location === undefined) return error;
  const located = reworded(error, { location });
  if (error.stack !== undefined) located.stack = error.stack.replace(error.message, () => located.message);
  return located;
}

/** `file:line:column`, as editors and terminals make it clickable. */
export function formatLocation({ file, line, column }: SourceLocation): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}

/** True for a LakeletError, of the given condition or of any; a condition also matches its sub-conditions (`A` matches `A.B`). */
export function isLakeletError(error: unknown, condition?: string): error is LakeletError {
  if (!(error instanceof LakeletError)) return false;
  return condition === undefined || error.condition === condition || error.condition.startsWith(`${condition}.`);
}
