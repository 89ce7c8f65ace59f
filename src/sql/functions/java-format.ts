/** java.util.Formatter's conversions: what format_string needs of them. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { roundDigits } from "./decimal-text.js";

/** A value with the Spark type that decides which conversions take it. */
export interface FormatArgument {
  readonly kind: "integral" | "floating" | "decimal" | "boolean" | "other";
  /** The text of Spark's cast to string; null for NULL. */
  readonly text: string | null;
}

const DIRECTIVE = /%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;

interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly conversion: string;
}

/** Throws ILLEGAL_ARGUMENT for a format that Java refuses, or for a value that the conversion does not take. */
export function javaFormat(format: string, args: readonly FormatArgument[]): string {
  let next = 0;
  let previous = 0;
  const stray = format.replace(DIRECTIVE, "");
  if (stray.includes("%")) throw illegal(`'${format}' has a % that begins no conversion`);
  return format.replace(DIRECTIVE, (all, index, flags: string, width, precision, conversion: string) => {
    if (conversion === "n") return "\n";
    const directive = {
      flags,
      width: Number(width ?? 0),
      precision: precision === undefined ? undefined : Number(precision),
      conversion,
    };
    if (conversion === "%") return padded("%", directive);
    const at = flags.includes("<") ? previous : index === undefined ? next++ : Number(index) - 1;
    previous = at;
    const argument = args[at];
    if (!argument) throw illegal(`there is no argument for ${all}`);
    return converted(directive, argument);
  });
}

function converted(directive: Directive, argument: FormatArgument): string {
  const { conversion, precision } = directive;
  const lower = conversion.toLowerCase();
  const text = conversionText(lower, directive, argument);
  const isText = "sb".includes(lower) || argument.text === null;
  const cut = isText && precision !== undefined ? text.slice(0, precision) : text;
  return padded(conversion === lower ? cut : cut.toUpperCase(), directive);
}

function conversionText(conversion: string, directive: Directive, argument: FormatArgument): string {
  if (conversion === "b")
    return argument.text === null ? "false" : argument.kind === "boolean" ? argument.text : "true";
  if (argument.text === null) return "null";
  switch (conversion) {
    case "s":
      return argument.text;
    case "d":
      return signed(integer(argument, "d"), directive);
    case "x":
      return unsigned(argument, 16);
    case "o":
      return unsigned(argument, 8);
    case "f":
    case "e":
      return floating(conversion, directive, argument);
    case "c":
      return String.fromCodePoint(Number(integer(argument, "c")));
    default:
      throw illegal(`the conversion %${conversion} is not available`);
  }
}

function integer(argument: FormatArgument, conversion: string): string {
  if (argument.kind !== "integral" || argument.text === null) throw illegal(`%${conversion} takes integers only`);
  return argument.text;
}

function unsigned(argument: FormatArgument, radix: number): string {
  const value = BigInt(integer(argument, radix === 16 ? "x" : "o"));
  // A negative int has 32 bits in Java, and a bigint 64; the text alone does not tell them apart.
  if (value < 0n) throw illegal("%x and %o do not take negative values here");
  return value.toString(radix);
}

function floating(conversion: "f" | "e", directive: Directive, argument: FormatArgument): string {
  const { text, kind } = argument;
  if (text === null || (kind !== "floating" && kind !== "decimal"))
    throw illegal(`%${conversion} takes decimals and doubles only`);
  if (/NaN|Infinity/.test(text)) return text;
  const digits = directive.precision ?? 6;
  if (conversion === "f") return signed(roundDigits(text, digits, "half-up"), directive);
  const [mantissa = "", exponent = ""] = Number(text).toExponential(digits).split("e");
  const power = exponent.replace(/^([+-])(\d)$/, "$10$2");
  return `${signed(mantissa, directive)}e${power}`;
}

/** Sign, grouping and zeros of a number's digits. */
function signed(text: string, { flags, width }: Directive): string {
  const negative = text.startsWith("-");
  const digits = negative ? text.slice(1) : text;
  const body = flags.includes(",") ? grouped(digits) : digits;
  const before = negative
    ? flags.includes("(")
      ? "("
      : "-"
    : flags.includes("+")
      ? "+"
      : flags.includes(" ")
        ? " "
        : "";
  const after = negative && flags.includes("(") ? ")" : "";
  const zeros = flags.includes("0") ? Math.max(0, width - before.length - after.length - body.length) : 0;
  return `${before}${"0".repeat(zeros)}${body}${after}`;
}

/** Commas between thousands. */
export function grouped(digits: string): string {
  const [whole = "", fraction] = digits.split(".");
  const commas = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? commas : `${commas}.${fraction}`;
}

function padded(text: string, { flags, width }: Directive): string {
  return flags.includes("-") ? text.padEnd(width) : text.padStart(width);
}

function illegal(reason: string): LakeletError {
  return new LakeletError({
    condition: "ILLEGAL_ARGUMENT",
    sqlState: "22023",
    problem: `The format of \`format_string\` cannot be used: ${reason}.`,
  });
}
