/** Escapes of Java's regular expressions, and what they are for RE2 and for JavaScript. */

/** Marks a construct that the engine cannot run. */
export const NEEDS_SCRIPT = undefined;

/** Characters that end a line, as the inside of a class. */
export const LINE_END = { engine: "\\n\\r\\x{85}\\x{2028}\\x{2029}", script: "\\n\\r\\u0085\\u2028\\u2029" };

export interface Escaped {
  readonly engine: string | undefined;
  readonly script: string;
  /** Characters of the pattern that it takes, without the backslash. */
  readonly length: number;
  /** True for what matches between characters. */
  readonly boundary?: boolean;
}

const both = (text: string, length = 1): Escaped => ({ engine: text, script: text, length });

const POSIX: Readonly<Record<string, string>> = {
  Lower: "a-z",
  Upper: "A-Z",
  ASCII: "\\x00-\\x7F",
  Alpha: "a-zA-Z",
  Digit: "0-9",
  Alnum: "a-zA-Z0-9",
  Punct: "\\x21-\\x2F\\x3A-\\x40\\x5B-\\x60\\x7B-\\x7E",
  Graph: "\\x21-\\x7E",
  Print: "\\x20-\\x7E",
  Blank: " \\t",
  Cntrl: "\\x00-\\x1F\\x7F",
  XDigit: "0-9a-fA-F",
  Space: " \\t\\n\\x0B\\f\\r",
};
const GENERAL_CATEGORY =
  /^(L|Lu|Ll|Lt|Lm|Lo|M|Mn|Mc|Me|N|Nd|Nl|No|P|Pc|Pd|Ps|Pe|Pi|Pf|Po|S|Sm|Sc|Sk|So|Z|Zs|Zl|Zp|C|Cc|Cf)$/;
const SPACE = " \\t\\n\\x0B\\f\\r";

/** The inside of the class that a POSIX name of Java's stands for. */
export function posixClass(name: string): string | undefined {
  return POSIX[name];
}

/** An escape outside a class; undefined where it is not known. */
export function escapedOutside(rest: string): Escaped | undefined {
  switch (rest[0]) {
    case "s":
      return both(`[${SPACE}]`);
    case "S":
      return both(`[^${SPACE}]`);
    case "b":
    case "B":
      return { ...both(`\\${rest[0]}`), boundary: true };
    case "A":
      return { engine: "\\A", script: "^", length: 1, boundary: true };
    case "z":
      return { engine: "\\z", script: "$", length: 1, boundary: true };
    case "h":
      return both("[ \\t\\u00A0]".replace("\\u00A0", "\\xA0"));
    case "R":
      return both("(?:\\r\\n|[\\n\\x0B\\f\\r])");
    default: {
      const found = escapedInClass(rest);
      if (!found?.inner) return found;
      return { ...found, engine: `[${found.engine}]`, script: `[${found.script}]` };
    }
  }
}

/** An escape inside a class; `inner` where its text is the inside of a class. */
export function escapedInClass(rest: string): (Escaped & { readonly inner?: boolean }) | undefined {
  const char = rest[0];
  if (char === undefined) return undefined;
  if ("dDwWtnrf".includes(char)) return both(`\\${char}`);
  switch (char) {
    case "s":
      return { ...both(SPACE), inner: true };
    case "S":
      return both("\\S");
    case "a":
      return both("\\x07");
    case "e":
      return both("\\x1B");
    case "p":
    case "P":
      return property(rest);
    case "x":
    case "u":
    case "0":
      return codePoint(rest);
    default:
      if (/[A-Za-z0-9]/.test(char)) return undefined;
      return {
        engine: /[\p{ASCII}]/u.test(char) && !/\s/.test(char) ? `\\${char}` : char,
        script: scriptEscape(char),
        length: 1,
      };
  }
}

/** A character that stands for itself, as JavaScript takes it in its strict syntax. */
export function scriptEscape(char: string): string {
  return /[\^$\\.*+?()[\]{}|/\-&!#%,:;<=>@`~]/.test(char) ? `\\${char}` : char;
}

function property(rest: string): (Escaped & { readonly inner?: boolean }) | undefined {
  const match = /^([pP])(?:\{(?:Is|general_category=|gc=)?(\w+)\}|([LMNPSZC]))/.exec(rest);
  if (!match) return undefined;
  const [all, letter, braced, single] = match;
  const name = braced ?? single ?? "";
  const posix = posixClass(name);
  if (posix !== undefined && letter === "p") return { ...both(posix, all.length), inner: true };
  if (name === "Alphabetic" || name === "Letter") return both(`\\${letter}{L}`, all.length);
  return GENERAL_CATEGORY.test(name) ? both(`\\${letter}{${name}}`, all.length) : undefined;
}

function codePoint(rest: string): Escaped | undefined {
  const match = /^(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|0([0-3]?[0-7]{1,2}))/.exec(rest);
  if (!match) return undefined;
  const [all, two, braced, four, octal] = match;
  const code = octal === undefined ? Number.parseInt(two ?? braced ?? four ?? "0", 16) : Number.parseInt(octal, 8);
  const hex = code.toString(16).toUpperCase();
  return { engine: `\\x{${hex}}`, script: `\\u{${hex}}`, length: all.length };
}
