/** Number formats of to_char and to_number, such as `$9,999.99MI`: what stands where. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { invalidFormat } from "./function-errors.js";

/** A run of `0` and `9` between separators. */
export interface DigitRun {
  readonly length: number;
  /** True where it begins with 0: missing digits are zeros, and must be there when reading. */
  readonly exact: boolean;
}

export type SignMark = "S" | "MI";

export interface NumberFormat {
  /** In upper case. */
  readonly text: string;
  /** `PR`: negative numbers stand in angle brackets. */
  readonly brackets: boolean;
  readonly leadingSign?: SignMark;
  readonly dollar: boolean;
  /** Digits before the point, from the left. */
  readonly whole: readonly DigitRun[];
  readonly point: boolean;
  /** How many digits behind the point. */
  readonly scale: number;
  readonly trailingSign?: SignMark;
  readonly precision: number;
}

const TOKENS = /[09G,]+|[.D]|\$|S|MI|PR|[\s\S]/g;
const SHAPE = /^(MI|S)?(\$)?([09G,]*)([.D]?)([09]*)(\$)?(MI|S|PR)?$/;

/** Throws Spark's INVALID_FORMAT.* for a format that is none, in the order in which Spark finds what is wrong. */
export function numberFormat(written: string): NumberFormat {
  const text = written.toUpperCase();
  if (text === "") throw invalidFormat("EMPTY", "the number format cannot be empty", text);
  checkTokens(text);
  const match = SHAPE.exec(text);
  if (!match) {
    throw invalidFormat(
      "UNEXPECTED_TOKEN",
      "its parts must stand in the order [MI|S] [$] [0|9|G|,]* [.|D] [0|9]* [$] [PR|MI|S]",
      text,
    );
  }
  const [, before, dollar = "", digits = "", point = "", fraction = "", , after] = match;
  const runs = digits === "" ? [] : digits.split(/[G,]/);
  const precision = runs.join("").length + fraction.length;
  if (precision > 38) throw tooPrecise(precision);
  return {
    text,
    brackets: after === "PR",
    ...(before === "MI" || before === "S" ? { leadingSign: before } : {}),
    dollar: dollar !== "",
    whole: runs.map((run) => ({ length: run.length, exact: run.startsWith("0") })),
    point: point !== "",
    scale: fraction.length,
    ...(after === "MI" || after === "S" ? { trailingSign: after } : {}),
    precision,
  };
}

function checkTokens(text: string): void {
  const tokens: readonly string[] = text.match(TOKENS) ?? [];
  const isDigits = (token: string) => /^[09G,]/.test(token);
  const point = tokens.findIndex((token) => token === "." || token === "D");
  const dollar = tokens.indexOf("$");
  const first = tokens.findIndex(isDigits);
  if (first < 0) throw invalidFormat("WRONG_NUM_DIGIT", "it requires at least one digit, 0 or 9", text);
  if (dollar > first) throw invalidFormat("CUR_MUST_BEFORE_DIGIT", "the currency must stand before the digits", text);
  if (point >= 0 && dollar > point) {
    throw invalidFormat("CUR_MUST_BEFORE_DEC", "the currency must stand before the decimal point", text);
  }
  tokens.forEach((token, i) => {
    if (isDigits(token) && (point < 0 || i < point) && /^[G,]|[G,]{2}|[G,]$/.test(token)) {
      throw invalidFormat("CONT_THOUSANDS_SEPS", "thousands separators must have digits in between them", text);
    }
  });
  if (tokens.some((token, i) => point >= 0 && i > point && isDigits(token) && /[G,]/.test(token))) {
    throw invalidFormat(
      "THOUSANDS_SEPS_MUST_BEFORE_DEC",
      "thousands separators cannot stand behind the decimal point",
      text,
    );
  }
  for (const once of [/^[.D]$/, /^S$/, /^MI$/, /^\$$/, /^PR$/]) {
    const found = tokens.filter((token) => once.test(token));
    if (found.length > 1) throw invalidFormat("WRONG_NUM_TOKEN", `at most one ${found[0]} is allowed`, text);
  }
}

function tooPrecise(precision: number): LakeletError {
  return new LakeletError({
    condition: "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
    sqlState: "22003",
    problem: `The number format has ${precision} digits, and a decimal has 38 at most.`,
    parameters: { precision: String(precision), maxPrecision: "38" },
  });
}
