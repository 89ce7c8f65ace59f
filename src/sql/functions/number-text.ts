/** Numbers written and read by a number format: to_char and to_number. */
import type { NumberFormat } from "./number-format.js";

/** White space as Java has it: no non-breaking ones. */
const SPACES = /[^\S\u00a0\u2007\u202f\ufeff]/g;

/** A space that goes before a sign that stands last. */
function spaced(text: string): string {
  return text.replace(/[+\-<]*$/, (signs) => ` ${signs}`);
}

/** A sign behind the last character that is no space. */
function signed(text: string, sign: string): string {
  return text.replace(/ *$/, (spaces) => sign + spaces);
}

function withoutLonePoint(text: string): string {
  return text.replace(/\.(?=$| )/, " ");
}

function marked(text: string, mark: "S" | "MI" | undefined, negative: boolean): string {
  if (mark === undefined) return text;
  if (mark === "MI" && !negative) return `${text} `;
  return signed(withoutLonePoint(text), negative ? "-" : "+");
}

/** The digits of both sides; `#` everywhere where they do not fit. */
function digitsFor(decimal: string, format: NumberFormat): readonly [string, string] {
  const [before = "", after = ""] = decimal.replace("-", "").split(".");
  const [whole, fraction] = [before.replace(/^0+/, ""), after.replace(/0+$/, "")];
  const room = format.precision - format.scale;
  if (whole.length > room || fraction.length > format.scale) return ["#".repeat(room), "#".repeat(format.scale)];
  return [whole.padStart(room), fraction.padEnd(format.scale, "0")];
}

/** The text of a decimal (`-12.50`), padded to the format's width; `#` for each digit where the number is too large. */
export function formatNumber(decimal: string, format: NumberFormat): string {
  const negative = decimal.startsWith("-") && /[1-9]/.test(decimal);
  const [whole, fraction] = digitsFor(decimal, format);
  let text = marked(format.brackets && negative ? "<" : "", format.leadingSign, negative);
  if (format.dollar) text += "$";
  let at = 0;
  format.whole.forEach((run, i) => {
    if (i > 0) text = /\d$/.test(text) ? `${text},` : spaced(text);
    for (const digit of whole.slice(at, at + run.length)) {
      if (digit !== " ") text += digit;
      else text = run.exact ? `${text}0` : spaced(text);
    }
    at += run.length;
  });
  if (format.point) text = `${text.replace(/ $/, "0")}.${fraction}`;
  text = marked(text, format.trailingSign, negative);
  if (format.brackets) {
    text = withoutLonePoint(text);
    text = negative ? signed(text, ">") : `${text}  `;
  }
  text = withoutLonePoint(text);
  return text === "" || text === "+" || text === "-" ? "0" : text;
}

/** The decimal's text that a text stands for; undefined where it does not match the format. */
export function parseNumber(input: string, format: NumberFormat): string | undefined {
  let rest = input;
  const taken = (pattern: RegExp): string => {
    const found = pattern.exec(rest)?.[0] ?? "";
    rest = rest.slice(found.length);
    return found;
  };
  const sign = (mark: "S" | "MI" | undefined) => (mark === undefined ? "" : taken(mark === "S" ? /^[+-]/ : /^-/));
  const opened = format.brackets && taken(/^</) !== "";
  const leading = sign(format.leadingSign);
  if (format.dollar && rest !== "" && taken(/^\$/) === "") return undefined;
  const digits = /^(?:[\d,]|[^\S\u00a0\u2007\u202f\ufeff])*/;
  const whole = format.whole.length > 0 ? taken(digits).replace(SPACES, "") : "";
  if (!fits(whole, format)) return undefined;
  const fraction = format.point && taken(/^\./) !== "" ? taken(digits).replace(SPACES, "") : "";
  if (fraction.includes(",") || fraction.length > format.scale) return undefined;
  const trailing = sign(format.trailingSign);
  const closed = format.brackets && taken(/^>/) !== "";
  if (rest !== "" || opened !== closed || whole + fraction === "") return undefined;
  const negative = [leading === "-", trailing === "-", closed].filter(Boolean).length % 2 === 1;
  return `${negative ? "-" : ""}${whole.replaceAll(",", "") || "0"}.${fraction}0`;
}

/** Groups are counted from the right; those that are missing on the left are empty. */
function fits(whole: string, format: NumberFormat): boolean {
  const groups = whole.split(",").reverse();
  const runs = [...format.whole].reverse();
  if (groups.length > Math.max(runs.length, 1)) return false;
  return runs.every(({ length, exact }, i) => {
    const actual = groups[i]?.length ?? 0;
    return exact ? actual === length : actual <= length;
  });
}
