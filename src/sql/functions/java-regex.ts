/** Java's regular expressions, translated for the engine (RE2) and for JavaScript, which alone looks around and back. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { unsupportedFeature } from "./function-errors.js";
import { escapedInClass, escapedOutside, LINE_END, NEEDS_SCRIPT, posixClass } from "./java-regex-escapes.js";

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

/** Throws INVALID_PARAMETER_VALUE.PATTERN for a pattern that is none, UNSUPPORTED_FEATURE.FUNCTION for what is not translated. */
export function javaRegex(pattern: string, name: string): JavaRegex {
  const found = known.get(pattern);
  if (found) return found;
  const translated = new Translation(pattern, name).result();
  if (known.size > 1000) known.clear();
  known.set(pattern, translated);
  return translated;
}

class Translation {
  #at = 0;
  #engine = "";
  #script = "";
  #engineCan = true;
  #flags = "v";
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
      engine: this.#engineCan ? this.#engine : undefined,
      script,
      groups: this.#groups,
      groupNames: this.#names,
      dollar: this.#dollar,
      matchesEmpty: this.#anchored || script.test(""),
    };
  }

  #compiled(): RegExp {
    try {
      return new RegExp(this.#script, this.#flags);
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

  /** One construct of the pattern. */
  #step(): void {
    const char = String.fromCodePoint(this.pattern.codePointAt(this.#at) ?? 0);
    this.#at += char.length;
    switch (char) {
      case "\\":
        return this.#escape();
      case "[":
        return this.#class();
      case "(":
        return this.#group();
      case ".":
        return this.#emit(`[^${LINE_END.engine}]`, `[^${LINE_END.script}]`);
      case "^":
        this.#anchored = true;
        return this.#emit("^");
      case "$":
        this.#dollar = true;
        this.#anchored = true;
        return this.#emit("\\z", `(?=(?:\\r\\n|[${LINE_END.script}])?(?![\\s\\S]))`);
      case "*":
      case "+":
      case "?":
        return this.#quantifier(char);
      case "{":
        return this.#braces();
      case "}":
      case "]":
        return this.#emit(`\\${char}`);
      case "/":
        return this.#emit("/", "\\/");
      default:
        return this.#emit(char);
    }
  }

  #quantifier(char: string): void {
    if (this.pattern[this.#at] === "+") this.#unsupported("a possessive quantifier");
    this.#emit(char);
  }

  #braces(): void {
    const match = /^\d+(,\d*)?\}/.exec(this.pattern.slice(this.#at));
    if (!match) return this.#emit("\\{");
    this.#at += match[0].length;
    if (this.pattern[this.#at] === "+") this.#unsupported("a possessive quantifier");
    if (/\d{4}/.test(match[0])) this.#engineCan = false; // RE2 repeats at most 1000 times
    this.#emit(`{${match[0]}`);
  }

  #escape(): void {
    const rest = this.pattern.slice(this.#at);
    if (rest.startsWith("Q")) return this.#quoted();
    const reference = /^([1-9]\d*)/.exec(rest) ?? /^k<([A-Za-z][A-Za-z0-9]*)>/.exec(rest);
    if (reference) {
      this.#at += reference[0].length;
      const number = this.#names.get(reference[1] ?? "") ?? Number(reference[1]);
      return this.#emit(NEEDS_SCRIPT, `(?:\\${number})`);
    }
    const found = escapedOutside(rest);
    if (!found) this.#unsupported(`\\${rest[0] ?? " at its end"}`);
    this.#at += found.length;
    if (found.boundary) this.#anchored = true;
    this.#emit(found.engine, found.script);
  }

  /** \Q...\E: its characters stand for themselves. */
  #quoted(): void {
    const end = this.pattern.indexOf("\\E", this.#at);
    const text = this.pattern.slice(this.#at + 1, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.pattern.length : end + 2;
    for (const char of text) this.#emit(/[A-Za-z0-9_\s]/.test(char) ? char : escapeOf(char));
  }

  #group(): void {
    const rest = this.pattern.slice(this.#at);
    if (!rest.startsWith("?")) {
      this.#groups++;
      return this.#emit("(");
    }
    const named = /^\?<([A-Za-z][A-Za-z0-9]*)>/.exec(rest);
    if (named) {
      this.#at += named[0].length;
      this.#names.set(named[1] ?? "", ++this.#groups);
      return this.#emit("(");
    }
    const around = /^\?(?:<?[=!])/.exec(rest);
    if (around) {
      this.#at += around[0].length;
      this.#anchored = true;
      return this.#emit(NEEDS_SCRIPT, `(${around[0]}`);
    }
    if (rest.startsWith("?:")) {
      this.#at += 2;
      return this.#emit("(?:");
    }
    return this.#inlineFlags(rest);
  }

  #inlineFlags(rest: string): void {
    const flags = /^\?([a-zA-Z]*)(?:-[a-zA-Z]+)?([:)])/.exec(rest);
    const set = flags?.[1] ?? "";
    // JavaScript has flags for the whole pattern only.
    if (flags?.[2] !== ")" || this.#script !== "" || /[^is]/.test(set) || flags[0].includes("-")) {
      return this.#unsupported(`the construct (${rest.slice(0, 4)}`);
    }
    this.#at += flags[0].length;
    if (set.includes("i")) {
      if (/[^\p{ASCII}]/u.test(this.pattern)) this.#unsupported("(?i) beside letters beyond ASCII");
      this.#flags += "i";
      this.#engine += "(?i)";
    }
    if (set.includes("s")) this.#dotMatchesAll();
  }

  #dotMatchesAll(): void {
    const rest = this.pattern.slice(this.#at);
    const inner = new Translation(
      rest.replace(
        /(\\.)|(\[\^?\]?(?:\\.|[^\]])*\])|\./gs,
        (all, one, set) => one ?? set ?? (all === "." ? "[\\s\\S]" : all),
      ),
      this.name,
    );
    while (inner.#at < inner.pattern.length) inner.#step();
    this.#at = this.pattern.length;
    this.#engine += inner.#engine;
    this.#script += inner.#script;
    this.#engineCan &&= inner.#engineCan;
    this.#groups = inner.#groups;
    this.#dollar = inner.#dollar;
    this.#anchored = inner.#anchored;
    for (const [key, value] of inner.#names) this.#names.set(key, value);
  }

  /** A character class; unions and intersections of classes only JavaScript has. */
  #class(): void {
    this.#emit("[");
    if (this.pattern[this.#at] === "^") {
      this.#emit("^");
      this.#at++;
    }
    let first = true;
    while (this.#at < this.pattern.length) {
      const char = String.fromCodePoint(this.pattern.codePointAt(this.#at) ?? 0);
      this.#at += char.length;
      if (char === "]" && !first) return this.#emit("]");
      this.#inClass(char);
      first = false;
    }
  }

  #inClass(char: string): void {
    if (char === "\\") return this.#escapeInClass();
    if (char === "[") {
      this.#engineCan = false;
      return this.#class();
    }
    if (char === "&" && this.pattern[this.#at] === "&") {
      this.#at++;
      return this.#emit(NEEDS_SCRIPT, "&&");
    }
    if (char === "-") return this.#dash();
    this.#emit(
      /[\]^]/.test(char) ? `\\${char}` : char,
      /[\](){}/|^&!#%*+,.:;<=>?@`~$]/.test(char) ? escapeOf(char) : char,
    );
  }

  /** A range's dash stays; one at an edge is a character. */
  #dash(): void {
    const before = this.#engine.slice(-1);
    const edge = this.pattern[this.#at] === "]" || before === "[" || this.#engine.endsWith("[^");
    this.#emit(edge ? "\\-" : "-");
  }

  #escapeInClass(): void {
    const rest = this.pattern.slice(this.#at);
    const found = escapedInClass(rest);
    if (!found) this.#unsupported(`\\${rest[0] ?? ""} in a class`);
    this.#at += found.length;
    this.#emit(found.engine, found.script);
  }
}

/** An escaped punctuation mark, as JavaScript's strict syntax takes it. */
export function escapeOf(char: string): string {
  if (/[\^$\\.*+?()[\]{}|/\-&!#%,:;<=>@`~]/.test(char)) return `\\${char}`;
  return char;
}

export { posixClass };
