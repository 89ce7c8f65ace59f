/** Errors of the engine (DuckDB) as LakeletErrors under Spark's conditions. */
import { LakeletError, type LakeletErrorOptions } from "../errors/lakelet-error.js";
import { thrownByScript } from "./script-function.js";

type ErrorShape = Omit<LakeletErrorOptions, "cause">;
interface ErrorRule {
  readonly pattern: RegExp;
  readonly shape: (match: RegExpExecArray) => ErrorShape;
}

/** The form in which engine SQL raises a Spark error: `error('[lakelet:DIVIDE_BY_ZERO|22012] Division by zero. ...')`. */
const RAISED = /\[lakelet:([A-Z0-9_.]+)\|([0-9A-Z]{5})\] ?([\s\S]*)$/;

/** The engine's error as a LakeletError; one that is a LakeletError already is given back. */
export function engineError(error: unknown): LakeletError {
  if (error instanceof LakeletError) return error;
  const message = withoutStatement(error instanceof Error ? error.message : String(error));
  const thrown = thrownByScript(message);
  if (thrown) return thrown;
  const raised = RAISED.exec(message);
  if (raised) {
    const [, condition = "", sqlState = "", problem = ""] = raised;
    return new LakeletError({ condition, sqlState, problem, cause: error });
  }
  for (const { pattern, shape } of RULES) {
    const match = pattern.exec(message);
    if (match) return new LakeletError({ ...shape(match), cause: error });
  }
  return new LakeletError({
    condition: "INTERNAL_ERROR",
    sqlState: "XX000",
    problem: `The engine refused a statement: ${message}.`,
    cause: error,
  });
}

/** The engine quotes the statement under its message; it is ours, not the user's. */
function withoutStatement(message: string): string {
  return message.replace(/\n\nLINE \d+:[\s\S]*$/, "").trim();
}

const SPARK_NAMES: Readonly<Record<string, string>> = {
  INT8: "TINYINT",
  INT16: "SMALLINT",
  INT32: "INT",
  INT64: "BIGINT",
  BOOL: "BOOLEAN",
  VARCHAR: "STRING",
  BLOB: "BINARY",
  "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
};
const sparkName = (name: string | undefined): string => SPARK_NAMES[name ?? ""] ?? name ?? "";

const CANCELED = {
  condition: "OPERATION_CANCELED",
  sqlState: "HY008",
  problem: "The operation has been canceled.",
};

/** What was interrupted beside the engine's statements. */
export function operationCanceled(): LakeletError {
  return new LakeletError(CANCELED);
}

const RULES: readonly ErrorRule[] = [
  {
    pattern: /^INTERRUPT Error|Interrupted!/,
    shape: () => CANCELED,
  },
  {
    pattern: /^Out of Memory Error: ([\s\S]*)/,
    shape: ([, reason]) => ({
      condition: "OUT_OF_MEMORY",
      sqlState: "53200",
      problem: "The engine ran out of memory.",
      reason: `${reason?.split("\n")[0]}.`,
      cure: "Raise `memory_limit`, or give the session a folder to spill to.",
    }),
  },
  {
    pattern: /More than one row returned by a subquery used as an expression/,
    shape: () => ({
      condition: "SCALAR_SUBQUERY_TOO_MANY_ROWS",
      sqlState: "21000",
      problem: "More than one row returned by a subquery used as an expression.",
      cure: "Aggregate its rows, or write LIMIT 1.",
    }),
  },
  {
    pattern: /STRUCT to STRUCT cast must have at least one matching member/,
    shape: () => ({
      condition: "FAILED_READ_FILE.NO_HINT",
      sqlState: "KD001",
      problem: "A file of the table cannot be read.",
      reason: "A struct in it has none of the fields that the table's column has now: all that it had were dropped.",
      cure: "Write the file again: OPTIMIZE or REORG TABLE ... APPLY (PURGE) with an engine that reads it.",
    }),
  },
  {
    pattern: /[Dd]ivision by zero/,
    shape: () => ({
      condition: "DIVIDE_BY_ZERO",
      sqlState: "22012",
      problem: "Division by zero.",
      cure: "Use `try_divide` to tolerate a divisor of 0 and return NULL instead.",
    }),
  },
  {
    pattern: /^Conversion Error: (?:Could not convert string ['"]([\s\S]*)['"] to (.+))$/,
    shape: ([, value, target]) => castInvalidInput(value ?? "", sparkName(target)),
  },
  {
    pattern: /^Conversion Error: .*?(date|timestamp) field value out of range: "([\s\S]*?)"/,
    shape: ([, type, value]) => castInvalidInput(value ?? "", (type ?? "").toUpperCase()),
  },
  {
    pattern: /^Conversion Error: invalid (date|timestamp) field format: "([\s\S]*?)"/,
    shape: ([, type, value]) => castInvalidInput(value ?? "", (type ?? "").toUpperCase()),
  },
  {
    pattern: /^Conversion Error: Type (\S+) with value (\S+) can't be cast .* destination type (\S+)/,
    shape: ([, source, value, target]) => ({
      condition: "CAST_OVERFLOW",
      sqlState: "22003",
      problem: `The value ${value} of the type "${sparkName(source)}" cannot be cast to "${sparkName(target)}" due to an overflow.`,
      cure: "Use `try_cast` to tolerate overflow and return NULL instead.",
      parameters: { value: value ?? "", sourceType: sparkName(source), targetType: sparkName(target) },
    }),
  },
  {
    pattern:
      /^Conversion Error: (?:Could not cast value|Casting value) "?(\S+?)"? to (?:type )?DECIMAL\((\d+),\s*(\d+)\)/,
    shape: ([, value, precision, scale]) => ({
      condition: "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
      sqlState: "22003",
      problem: `The value ${value} cannot be represented as DECIMAL(${precision}, ${scale}).`,
      cure: "Use `try_cast` to tolerate overflow and return NULL instead.",
      parameters: { value: value ?? "", precision: precision ?? "", scale: scale ?? "" },
    }),
  },
  {
    pattern: /Unimplemented type for cast \((.+) -> (.+)\)/,
    shape: ([, source, target]) => ({
      condition: "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION",
      sqlState: "42K09",
      problem: `A value of the type "${sparkName(source)}" cannot be cast to "${sparkName(target)}".`,
      parameters: { srcType: sparkName(source), targetType: sparkName(target) },
    }),
  },
  {
    pattern: /^Conversion Error: Failed to cast decimal value (\S+) to type (INT\d+)/,
    shape: ([, value, target]) => ({
      condition: "CAST_OVERFLOW",
      sqlState: "22003",
      problem: `The value ${value} of the type "DECIMAL" cannot be cast to "${sparkName(target)}" due to an overflow.`,
      cure: "Use `try_cast` to tolerate overflow and return NULL instead.",
      parameters: { value: value ?? "", sourceType: "DECIMAL", targetType: sparkName(target) },
    }),
  },
  {
    pattern: /^Conversion Error: ([\s\S]*)/,
    shape: ([, reason]) => ({
      condition: "CAST_INVALID_INPUT",
      sqlState: "22018",
      problem: `A value cannot be cast: ${reason}.`,
      cure: "Correct the value, or use `try_cast` to tolerate malformed input and return NULL instead.",
    }),
  },
  {
    pattern:
      /^Out of Range Error: Overflow in (?:addition|subtraction|multiplication) of INT(?:8|16) \((\S+) (\S) (\S+)\)/,
    shape: ([, left, symbol, right]) => ({
      condition: "BINARY_ARITHMETIC_OVERFLOW",
      sqlState: "22003",
      problem: `${left} ${symbol} ${right} caused overflow.`,
      cure: "Use the `try_` form of the function to tolerate overflow and return NULL instead.",
      parameters: { value1: left ?? "", symbol: symbol ?? "", value2: right ?? "" },
    }),
  },
  {
    pattern: /^Out of Range Error: ([\s\S]*)/,
    shape: ([, reason]) => ({
      condition: "ARITHMETIC_OVERFLOW",
      sqlState: "22003",
      problem: `${(reason ?? "").replace(/[.!]+$/, "")}.`,
      cure: "Use the `try_` form of the function to tolerate overflow and return NULL instead.",
    }),
  },
  {
    pattern: /Map keys must be unique/,
    shape: () => ({
      condition: "DUPLICATED_MAP_KEY",
      sqlState: "23505",
      problem: "A map has two entries with one key.",
      cure: "Check the input data, or keep one entry of each key.",
    }),
  },
  {
    pattern: /Map keys can not be NULL/,
    shape: () => ({ condition: "NULL_MAP_KEY", sqlState: "2200E", problem: "NULL cannot be the key of a map." }),
  },
  {
    pattern: /^IO Error: No files found that match the pattern "([\s\S]*)"/,
    shape: ([, path]) => ({
      condition: "PATH_NOT_FOUND",
      sqlState: "42K03",
      problem: `Path does not exist: ${path}.`,
      parameters: { path: path ?? "" },
    }),
  },
  {
    pattern: /[Nn]o space left on device|[Cc]ould not write|[Ff]ailed to write/,
    shape: ({ input }) => ({ condition: "TASK_WRITE_FAILED", sqlState: "58030", problem: `Writing failed: ${input}.` }),
  },
  {
    pattern:
      /^(?:IO Error|Invalid Input Error): (.*(?:[Cc]annot open|[Cc]ould not read|magic bytes|too small to be a Parquet|footer|[Cc]orrupt)[\s\S]*)/,
    shape: ([, reason]) => ({
      condition: "FAILED_READ_FILE.NO_HINT",
      sqlState: "KD001",
      problem: `A file cannot be read: ${reason}.`,
      cure: "Check that the file exists, is complete and is of the format that the table says.",
    }),
  },
  {
    pattern: /^IO Error: ([\s\S]*)/,
    shape: ([, reason]) => ({
      condition: "FAILED_READ_FILE.NO_HINT",
      sqlState: "KD001",
      problem: `A file cannot be accessed: ${reason}.`,
    }),
  },
  {
    // The file system's own, where the engine's files are handled without it.
    pattern: /^E[A-Z]+: ([\s\S]*)/,
    shape: ([reason]) => ({
      condition: "FAILED_READ_FILE.NO_HINT",
      sqlState: "KD001",
      problem: `A file cannot be accessed: ${reason}.`,
    }),
  },
  {
    pattern: /^Catalog Error: Table with name (.+?) does not exist/,
    shape: ([, name]) => ({
      condition: "TABLE_OR_VIEW_NOT_FOUND",
      sqlState: "42P01",
      problem: `The table or view ${name} cannot be found in the engine.`,
      parameters: { relationName: name ?? "" },
    }),
  },
];

function castInvalidInput(value: string, target: string): ErrorShape {
  return {
    condition: "CAST_INVALID_INPUT",
    sqlState: "22018",
    problem: `The value '${value}' of the type "STRING" cannot be cast to "${target}" because it is malformed.`,
    cure: "Correct the value as per the syntax, or change its target type. Use `try_cast` to tolerate malformed input and return NULL instead.",
    parameters: { expression: `'${value}'`, sourceType: '"STRING"', targetType: `"${target}"` },
  };
}
