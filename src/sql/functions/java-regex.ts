/** Java's regular expressions, translated for the engine (RE2) and for JavaScript, which alone looks around and back. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { unsupportedFeature } from "./function-errors.js";
import { escapedInClass, escapedOutside, LINE_END, NEEDS_SCRIPT, scriptEscape } from "./java-regex-escapes.js";

export interface JavaRegex {
  /** For the engine; undefined where only JavaScript can run it. */
  readonly engine: string | undefined;
  readonly script: RegExp;
  /** How many groups it captures. */
  readonly groups: number;
  readonly groupNames: ReadonlyMap<string, number>;
  /** True where it may match before a line end at the very end (`$`), which the engine's `$` does not. */
  readonly dollar: boolean;
  /** True where a match may be empty, as far as can be told. */
  readonly matchesEmpty: boolean;
}

const known = new Map<string, JavaRegex>();
const KNOWN_LIMIT = 1000;

/** Throws INVALID_PARAMETER_VALUE.PATTERN for a pattern that is none, UNSUPPORTED_FEATURE.FUNCTION for what is not translated. */
export function javaRegex(pattern: string, name: string): JavaRegex {
  const found = known.get(pattern);
  if (found) return found;
  const translated = new Translation(pattern, name).result();
  if (known.size >= KNOWN_LIMIT) known.clear();
  known.set(pattern, translated);
  return translated;
}

/** Before the end, or before a line end at the end, but not inside one of two characters. */
const DOLLAR = `(?=(?:\\r\\n|[${LINE_END.script}])?$)(?!(?<=\\r)\\n)`;

class Translation {
  #at = 0;
  #engine = "";
  #script = "";
  #engineCan = true;
  #ignoreCase = false;
  #dotAll = false;
  /** True right after a set (`\w`) in a class: a dash there begins no range. */
  #afterSet = false;
  #groups = 0;
  #dollar = false;
  #anchored = false;
  readonly #names = new Map<string, number>();

  constructor(
    private readonly pattern: string,
    private readonly name: string,
  ) {}

  result(): JavaRegex {
    while (this.#at < this.pattern.length) this.#step();
    const script = this.#compiled();
    return {
      engine: this.#engineCan ? `${this.#ignoreCase ? "(?i)" : ""}${this.#engine}` : undefined,
      script,
      groups: this.#groups,
      groupNames: this.#names,
      dollar: this.#dollar,
      matchesEmpty: this.#anchored || script.test(""),
    };
  }

  #compiled(): RegExp {
    try {
      return new RegExp(this.#script, this.#ignoreCase ? "vi" : "v");
    } catch (cause) {
      throw new LakeletError({
        condition: "INVALID_PARAMETER_VALUE.PATTERN",
        sqlState: "22023",
        problem: `'${this.pattern}' is no valid regular expression for \`${this.name}\`.`,
        parameters: { parameter: "regexp", functionName: `\`${this.name}\``, value: `'${this.pattern}'` },
        cause,
      });
    }
  }

  #unsupported(what: string): never {
    throw unsupportedFeature(
      `The regular expression '${this.pattern}' of \`${this.name}\` uses ${what}, which is not available here.`,
      "Write the pattern without it.",
    );
  }

  #emit(engine: string | undefined, script: string = engine ?? ""): void {
    if (engine === undefined) this.#engineCan = false;
    else this.#engine += engine;
    this.#script += script;
  }

  /** The next character, taken. */
  #next(): string {
    const char = String.fromCodePoint(this.pattern.codePointAt(this.#at) ?? 0);
    this.#at += char.length;
    return char;
  }

  /** One construct of the pattern. */
  #step(): void {
    const char = this.#next();
    if (char === "\\") this.#escape();
    else if (char === "[") this.#class();
    else if (char === "(") this.#group();
    else if ("*+?".includes(char)) this.#quantifier(char);
    else if (char === "{") this.#braces();
    else if (char === "^" || char === "$") this.#anchor(char);
    else if (char === ".") this.#dot();
    else this.#emit(/[}\]]/.test(char) ? `\\${char}` : char, /[}\]/]/.test(char) ? `\\${char}` : char);
  }

  #anchor(char: string): void {
    this.#anchored = true;
    if (char === "^") {
      this.#emit("^");
    } else {
      this.#dollar = true;
      this.#emit("\\z", DOLLAR);
    }
  }

  #dot(): void {
    if (this.#dotAll) this.#emit("[\\s\\S]");
    else this.#emit(`[^${LINE_END.engine}]`, `[^${LINE_END.script}]`);
  }

  #quantifier(char: string): void {
    if (this.pattern[this.#at] === "+") this.#unsupported("a possessive quantifier");
    this.#emit(char);
  }

  #braces(): void {
    const match = /^\d+(?:,\d*)?\}/.exec(this.pattern.slice(this.#at));
    if (!match) {
      this.#emit("\\{");
      return;
    }
    this.#at += match[0].length;
    if (this.pattern[this.#at] === "+") this.#unsupported("a possessive quantifier");
    if (/\d{4}/.test(match[0])) this.#engineCan = false; // RE2 repeats at most 1000 times
    this.#emit(`{${match[0]}`);
  }

  #escape(): void {
    const rest = this.pattern.slice(this.#at);
    const reference = /^([1-9]\d*)/.exec(rest) ?? /^k<([A-Za-z][A-Za-z0-9]*)>/.exec(rest);
    if (rest.startsWith("Q")) {
      this.#quoted();
    } else if (reference) {
      this.#at += reference[0].length;
      this.#emit(NEEDS_SCRIPT, `(?:\\${this.#names.get(reference[1] ?? "") ?? Number(reference[1])})`);
    } else {
      const found = escapedOutside(rest);
      if (!found) this.#unsupported(`\\${rest[0] ?? " at its end"}`);
      this.#at += found.length;
      this.#anchored ||= found.boundary === true;
      this.#emit(found.engine, found.script);
    }
  }

  /** \Q...\E: its characters stand for themselves. */
  #quoted(): void {
    const end = this.pattern.indexOf("\\E", this.#at);
    const text = this.pattern.slice(this.#at + 1, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.pattern.length : end + 2;
    for (const char of text) this.#emit(scriptEscape(char));
  }

  #group(): void {
    const rest = this.pattern.slice(this.#at);
    const named = /^\?<([A-Za-z][A-Za-z0-9]*)>/.exec(rest);
    const around = /^\?<?[=!]/.exec(rest);
    if (!rest.startsWith("?")) {
      this.#groups++;
      this.#emit("(");
    } else if (named) {
      this.#at += named[0].length;
      this.#names.set(named[1] ?? "", ++this.#groups);
      this.#emit("(");
    } else if (around) {
      this.#at += around[0].length;
      this.#anchored = true;
      this.#emit(NEEDS_SCRIPT, `(${around[0]}`);
    } else if (rest.startsWith("?:")) {
      this.#at += 2;
      this.#emit("(?:");
    } else {
      this.#inlineFlags(rest);
    }
  }

  /** Flags at the beginning; JavaScript has none inside a pattern. */
  #inlineFlags(rest: string): void {
    const flags = /^\?([is]+)\)/.exec(rest);
    if (!flags || this.#script !== "") this.#unsupported(`the construct (${rest.slice(0, 4)}`);
    this.#at += flags[0].length;
    this.#ignoreCase ||= flags[0].includes("i");
    this.#dotAll ||= flags[0].includes("s");
    // Java folds the case of ASCII letters only.
    if (this.#ignoreCase && /[^\p{ASCII}]/u.test(this.pattern)) this.#unsupported("(?i) beside letters beyond ASCII");
  }

  /** A character class; unions and intersections of classes only JavaScript has. */
  #class(): void {
    this.#emit("[");
    if (this.pattern[this.#at] === "^") {
      this.#emit("^");
      this.#at++;
    }
    let part = this.#script.length;
    let intersected = false;
    for (let first = true; this.#at < this.pattern.length; first = false) {
      const char = this.#next();
      if (char === "]" && !first) {
        if (intersected) this.#enclose(part);
        this.#emit("]");
        return;
      }
      if (char === "&" && this.pattern[this.#at] === "&") {
        this.#at++;
        this.#enclose(part);
        this.#emit(NEEDS_SCRIPT, "&&");
        part = this.#script.length;
        intersected = true;
      } else {
        this.#inClass(char, first);
      }
    }
  }

  /** JavaScript intersects classes only, not ranges or characters. */
  #enclose(from: number): void {
    this.#script = `${this.#script.slice(0, from)}[${this.#script.slice(from)}]`;
  }

  #inClass(char: string, first: boolean): void {
    const afterSet = this.#afterSet;
    this.#afterSet = false;
    if (char === "\\") {
      this.#escapeInClass();
    } else if (char === "[") {
      this.#engineCan = false;
      this.#class();
    } else if (char === "-") {
      const edge = first || afterSet || this.pattern[this.#at] === "]";
      this.#emit(edge ? "\\-" : "-");
    } else {
      this.#emit(/[\]^]/.test(char) ? `\\${char}` : char, scriptEscape(char));
    }
  }

  #escapeInClass(): void {
    const rest = this.pattern.slice(this.#at);
    const found = escapedInClass(rest);
    if (!found) this.#unsupported(`\\${rest[0] ?? ""} in a class`);
    this.#at += found.length;
    this.#afterSet = /^[dDwWsSpP]/.test(rest);
    this.#emit(found.engine, found.script);
  }
}
