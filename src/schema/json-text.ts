/** JSON texts read as Jackson reads them for Spark: numbers keep their digits, quotes may be single, a second value is not looked at. */

export type JsonNode =
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, JsonNode])[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" };

const NULL: JsonNode = { kind: "null" };
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null|NaN|[+-]?Infinity|[+-]?INF/y;
/** Runs of characters that stand for themselves; control characters may, too. */
const PLAIN_DOUBLE = /[^"\\]*/y;
const PLAIN_SINGLE = /[^'\\]*/y;
const SPACE = /[ \t\r\n]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  '"': '"',
  "'": "'",
  "\\": "\\",
  "/": "/",
};

/** The first value of the text; undefined where it is malformed or there is none. `finite`: NaN and infinities without quotes are malformed. */
export function readJson(text: string, numbers: "all" | "finite" = "all"): JsonNode | undefined {
  try {
    return new Reader(text, numbers).document();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

class Malformed extends Error {}

class Reader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly numbers: "all" | "finite",
  ) {}

  document(): JsonNode | undefined {
    this.space();
    return this.at >= this.text.length ? undefined : this.value();
  }

  private value(): JsonNode {
    this.space();
    const char = this.text[this.at];
    if (char === "{") return this.object();
    if (char === "[") return this.array();
    if (char === '"' || char === "'") return { kind: "string", text: this.string(char) };
    const number = this.match(NUMBER);
    if (number !== undefined && !/[\w.+-]/.test(this.text[this.at] ?? "")) return { kind: "number", text: number };
    if (number !== undefined) this.at -= number.length;
    const word = this.match(WORD);
    if (word === undefined || (this.numbers === "finite" && /^[^tfn]/.test(word))) throw new Malformed();
    return wordNode(word);
  }

  private object(): JsonNode {
    const entries: (readonly [string, JsonNode])[] = [];
    this.at++;
    this.space();
    if (this.accept("}")) return { kind: "object", entries };
    do {
      this.space();
      const quote = this.text[this.at];
      if (quote !== '"' && quote !== "'") throw new Malformed();
      const name = this.string(quote);
      this.space();
      if (!this.accept(":")) throw new Malformed();
      entries.push([name, this.value()]);
      this.space();
    } while (this.accept(","));
    if (!this.accept("}")) throw new Malformed();
    return { kind: "object", entries };
  }

  private array(): JsonNode {
    const items: JsonNode[] = [];
    this.at++;
    this.space();
    if (this.accept("]")) return { kind: "array", items };
    do {
      items.push(this.value());
      this.space();
    } while (this.accept(","));
    if (!this.accept("]")) throw new Malformed();
    return { kind: "array", items };
  }

  private string(quote: string): string {
    this.at++;
    const plain = quote === '"' ? PLAIN_DOUBLE : PLAIN_SINGLE;
    let result = "";
    for (;;) {
      result += this.match(plain) ?? "";
      const char = this.text[this.at++];
      if (char === quote) return result;
      if (char !== "\\") throw new Malformed();
      result += this.escape();
    }
  }

  private escape(): string {
    const char = this.text[this.at++] ?? "";
    if (char === "u") {
      const digits = this.text.slice(this.at, this.at + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new Malformed();
      this.at += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const escaped = ESCAPES[char];
    if (escaped === undefined) throw new Malformed();
    return escaped;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private accept(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private space(): void {
    const code = this.text.charCodeAt(this.at);
    if (code > 32 || Number.isNaN(code)) return;
    SPACE.lastIndex = this.at;
    this.at += SPACE.exec(this.text)?.[0].length ?? 0;
  }
}

function wordNode(word: string): JsonNode {
  if (word === "null") return NULL;
  if (word === "true" || word === "false") return { kind: "boolean", value: word === "true" };
  // Spark takes NaN and infinities without quotes.
  return { kind: "number", text: word };
}

/** The node as JSON text without spaces. `number` writes numbers; as they stand where absent. */
export function writeJson(node: JsonNode, number: (text: string) => string = (text) => text): string {
  switch (node.kind) {
    case "object":
      return `{${node.entries.map(([name, value]) => `${JSON.stringify(name)}:${writeJson(value, number)}`).join(",")}}`;
    case "array":
      return `[${node.items.map((one) => writeJson(one, number)).join(",")}]`;
    case "string":
      return JSON.stringify(node.text);
    case "number":
      return number(node.text);
    case "boolean":
      return String(node.value);
    case "null":
      return "null";
  }
}

/** A number as Java's Double.toString writes it; integers keep their digits. */
export function javaNumber(text: string): string {
  return /^-?\d+$/.test(text) ? text : javaDouble(Number(text));
}

/** Java's Double.toString. @example javaDouble(1e10) // "1.0E10" */
export function javaDouble(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? value.toFixed(1) : String(value);
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
}
