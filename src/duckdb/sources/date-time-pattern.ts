/** Spark's datetime patterns (`dd/MM/yyyy HH:mm:ss`) compiled to a strict regular expression and to the engine's format. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { parseDate } from "../temporal-text.js";

export interface DateTimePattern {
  /** Fits the engine's regular expressions and JavaScript's; no anchors, no groups. */
  readonly regex: string;
  /** The engine's strptime format. */
  readonly format: string;
  readonly hasZone: boolean;
  /** True for a text of that form whose day, month and time exist. */
  fits(text: string): boolean;
}

/** How often a letter stands and what it then is: regular expression and strptime's specifier. */
const TOKENS: Readonly<Record<string, readonly [string, string]>> = {
  yyyy: ["[0-9]{4}", "%Y"],
  uuuu: ["[0-9]{4}", "%Y"],
  yy: ["[0-9]{2}", "%y"],
  y: ["[0-9]{1,4}", "%Y"],
  MMMM: ["[A-Za-z]+", "%B"],
  MMM: ["[A-Za-z]{3}", "%b"],
  MM: ["[0-9]{2}", "%m"],
  M: ["[0-9]{1,2}", "%m"],
  dd: ["[0-9]{2}", "%d"],
  d: ["[0-9]{1,2}", "%d"],
  EEEE: ["[A-Za-z]+", "%A"],
  EEE: ["[A-Za-z]{3}", "%a"],
  E: ["[A-Za-z]{3}", "%a"],
  DDD: ["[0-9]{3}", "%j"],
  HH: ["[0-9]{2}", "%H"],
  H: ["[0-9]{1,2}", "%H"],
  hh: ["[0-9]{2}", "%I"],
  h: ["[0-9]{1,2}", "%I"],
  mm: ["[0-9]{2}", "%M"],
  m: ["[0-9]{1,2}", "%M"],
  ss: ["[0-9]{2}", "%S"],
  s: ["[0-9]{1,2}", "%S"],
  SSS: ["[0-9]{3}", "%g"],
  SSSSSS: ["[0-9]{6}", "%f"],
  a: ["(?:AM|PM|am|pm)", "%p"],
  XXX: ["(?:Z|[+-][0-9]{2}:[0-9]{2})", "%z"],
  XX: ["(?:Z|[+-][0-9]{4})", "%z"],
  xxx: ["[+-][0-9]{2}:[0-9]{2}", "%z"],
  Z: ["[+-][0-9]{4}", "%z"],
};

/** Throws INVALID_DATETIME_PATTERN for letters that are not supported. */
export function dateTimePattern(pattern: string): DateTimePattern {
  let [regex, groups, format] = ["", "", ""];
  let hasZone = false;
  const specifiers: string[] = [];
  for (const [token] of pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|\[|\]|[^A-Za-z'[\]]/g)) {
    if (/^[A-Za-z]/.test(token)) {
      const known = TOKENS[token];
      if (!known) throw invalidPattern(pattern, token);
      regex += known[0];
      groups += `(${known[0]})`;
      specifiers.push(known[1]);
      format += known[1];
      hasZone ||= known[1] === "%z";
    } else if (token === "[" || token === "]") {
      throw invalidPattern(pattern, token);
    } else {
      const literal = token === "''" ? "'" : token.startsWith("'") ? token.slice(1, -1).replaceAll("''", "'") : token;
      const exact = literal.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
      regex += exact;
      groups += exact;
      format += literal.replaceAll("%", "%%");
    }
  }
  const whole = new RegExp(`^${groups}$`);
  return { regex, format, hasZone, fits: (text) => exists(whole.exec(text), specifiers) };
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function exists(match: RegExpExecArray | null, specifiers: readonly string[]): boolean {
  if (!match) return false;
  const part = (...names: readonly string[]) => match[1 + specifiers.findIndex((one) => names.includes(one))];
  const number = (names: readonly string[], otherwise: number) =>
    specifiers.some((one) => names.includes(one)) ? Number(part(...names)) : otherwise;
  const named = specifiers.some((one) => one === "%b" || one === "%B");
  const month = named ? MONTHS.indexOf((part("%b", "%B") ?? "").slice(0, 3).toLowerCase()) + 1 : number(["%m"], 1);
  const date = [number(["%Y", "%y"], 2000), month, number(["%d"], 1)].map((one, i) =>
    String(one).padStart(i === 0 ? 4 : 2, "0"),
  );
  return (
    parseDate(date.join("-")) !== undefined &&
    number(["%H"], 0) <= 23 &&
    number(["%I"], 1) >= 1 &&
    number(["%I"], 1) <= 12 &&
    number(["%M"], 0) <= 59 &&
    number(["%S"], 0) <= 59
  );
}

function invalidPattern(pattern: string, token: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_DATETIME_PATTERN.WITH_SUGGESTION",
    sqlState: "22007",
    problem: `The datetime pattern '${pattern}' is not supported: \`${token}\` is not known.`,
    cure: "Read the column as a string and convert it.",
    parameters: { pattern },
  });
}
