/** java.util.Formatter's conversions: what format_string needs of them. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { roundDigits } from "./decimal-text.js";

/** A value with the Spark type that decides which conversions take it. */
export interface FormatArgument {
  readonly kind: "byte" | "short" | "integer" | "long" | "floating" | "decimal" | "boolean" | "other";
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
    case "o":
      return unsigned(argument, conversion, directive);
    case "f":
    case "e":
    case "g":
      return floating(conversion, directive, argument);
    case "c":
      return String.fromCodePoint(Number(integer(argument, "c")));
    default:
      throw illegal(`the conversion %${conversion} is not available`);
  }
}

const BITS: Readonly<Partial<Record<FormatArgument["kind"], number>>> = { byte: 8, short: 16, integer: 32, long: 64 };

function integer(argument: FormatArgument, conversion: string): string {
  if (BITS[argument.kind] === undefined || argument.text === null) throw illegal(`%${conversion} takes integers only`);
  return argument.text;
}

/** The bits of a negative value as wide as its type. */
function unsigned(argument: FormatArgument, conversion: "x" | "o", { flags, width }: Directive): string {
  const value = BigInt(integer(argument, conversion));
  const digits = BigInt.asUintN(BITS[argument.kind] ?? 64, value).toString(conversion === "x" ? 16 : 8);
  const prefix = flags.includes("#") ? (conversion === "x" ? "0x" : "0") : "";
  return prefix + (flags.includes("0") ? digits.padStart(width - prefix.length, "0") : digits);
}

function floating(conversion: "f" | "e" | "g", directive: Directive, argument: FormatArgument): string {
  const { text, kind } = argument;
  if (text === null || (kind !== "floating" && kind !== "decimal"))
    throw illegal(`%${conversion} takes decimals and doubles only`);
  if (/NaN|Infinity/.test(text)) return text;
  const digits = directive.precision ?? 6;
  if (conversion === "f") return signed(roundDigits(text, digits, "half-up"), directive);
  if (conversion === "e") return scientific(text, digits, directive);
  const precision = Math.max(1, digits);
  const { exponent } = significand(text, precision);
  const isPlain = exponent >= -4 && exponent < precision;
  if (!isPlain) return scientific(text, precision - 1, directive);
  return signed(roundDigits(text, precision - 1 - exponent, "half-up"), directive);
}

function scientific(text: string, places: number, directive: Directive): string {
  const { digits, exponent } = significand(text, places + 1);
  const fraction = places === 0 ? "" : `.${digits.slice(1)}`;
  const power = `${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  const end = `e${power}`;
  const narrowed = { ...directive, width: Math.max(0, directive.width - end.length) };
  return `${signed(`${text.startsWith("-") ? "-" : ""}${digits[0] ?? "0"}${fraction}`, narrowed)}${end}`;
}

/** So many digits of a number's text, rounded half up, and the power of ten of the first one. */
function significand(text: string, count: number): { readonly digits: string; readonly exponent: number } {
  const [mantissa = "", power = "0"] = text.toLowerCase().replace(/^-/, "").split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const all = `${whole}${fraction}`.replace(/^0+/, "");
  if (all === "") return { digits: "0".repeat(count), exponent: 0 };
  const first = Number(power) - fraction.length + all.length - 1;
  if (all.length <= count) return { digits: all.padEnd(count, "0"), exponent: first };
  const rounded = String(BigInt(all.slice(0, count)) + ((all[count] ?? "0") >= "5" ? 1n : 0n));
  const grew = rounded.length > count;
  return { digits: grew ? rounded.slice(0, count) : rounded, exponent: first + (grew ? 1 : 0) };
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
