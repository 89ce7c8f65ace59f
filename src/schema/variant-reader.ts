/** JSON text to the engine's text of a VARIANT in one pass: what parse_json does, as strict as Spark's reader. See variant-text.ts for the form. */
import { javaDouble } from "./json-text.js";
import { canonicalDecimal, quotedText, tagged } from "./variant-text.js";

export type VariantProblem = "malformed" | { readonly duplicateKey: string };

/** The first value of the text; a problem where it is malformed, or an object has a key twice. */
export function readVariant(json: string): { readonly text: string } | { readonly problem: VariantProblem } {
  try {
    return { text: new Reader(json).document() };
  } catch (error) {
    if (error instanceof Refused) return { problem: error.problem };
    throw error;
  }
}

class Refused extends Error {
  constructor(readonly problem: VariantProblem) {
    super();
  }
}

const SPACE = /[ \t\r\n]*/y;
/** A string without escapes: it stands in the engine's text as it is written. */
const PLAIN_STRING = /"[^"\\\p{Cc}]*"/uy;
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const QUICK_DIGITS = 15;

class Reader {
  private at = 0;

  constructor(private readonly json: string) {}

  document(): string {
    this.space();
    return this.value();
  }

  private value(): string {
    const code = this.json.charCodeAt(this.at);
    if (code === 0x7b) return this.object();
    if (code === 0x5b) return this.array();
    if (code === 0x22) return this.string();
    NUMBER.lastIndex = this.at;
    const number = NUMBER.exec(this.json);
    const word = number?.[0] ?? this.match(WORD);
    if (word === undefined) throw new Refused("malformed");
    if (number) this.at += word.length;
    if (/[\w.+-]/.test(this.json[this.at] ?? "")) throw new Refused("malformed");
    return number ? numberText(word, number[1], number[2]) : word;
  }

  private object(): string {
    this.at++;
    this.space();
    if (this.accept("}")) return "{}";
    const names: string[] = [];
    const values: string[] = [];
    let sorted = true;
    do {
      this.space();
      if (this.json.charCodeAt(this.at) !== 0x22) throw new Refused("malformed");
      const name = this.name();
      this.space();
      if (!this.accept(":")) throw new Refused("malformed");
      this.space();
      const last = names.at(-1);
      sorted &&= last === undefined || last < name;
      names.push(name);
      values.push(this.value());
      this.space();
    } while (this.accept(","));
    if (!this.accept("}")) throw new Refused("malformed");
    return objectText(names, values, sorted);
  }

  private array(): string {
    this.at++;
    this.space();
    if (this.accept("]")) return "[]";
    const items: string[] = [];
    do {
      this.space();
      items.push(this.value());
      this.space();
    } while (this.accept(","));
    if (!this.accept("]")) throw new Refused("malformed");
    return `[${items.join(",")}]`;
  }

  private string(): string {
    return this.match(PLAIN_STRING) ?? quotedText(this.escaped());
  }

  private name(): string {
    return this.match(PLAIN_STRING)?.slice(1, -1) ?? this.escaped();
  }

  private escaped(): string {
    const text = this.match(STRING);
    if (text === undefined) throw new Refused("malformed");
    return JSON.parse(text) as string;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.json)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private accept(char: string): boolean {
    if (this.json[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private space(): void {
    if (this.json.charCodeAt(this.at) > 32) return;
    SPACE.lastIndex = this.at;
    this.at += SPACE.exec(this.json)?.[0].length ?? 0;
  }
}

/** Fields are kept in the order of their names, as Spark's encoding keeps them. */
function objectText(names: readonly string[], values: readonly string[], sorted: boolean): string {
  const order = names.map((_, i) => i);
  if (!sorted) {
    order.sort((a, b) => ((names[a] ?? "") < (names[b] ?? "") ? -1 : names[a] === names[b] ? 0 : 1));
    const twice = order.find((one, i) => i > 0 && names[one] === names[order[i - 1] ?? 0]);
    if (twice !== undefined) throw new Refused({ duplicateKey: names[twice] ?? "" });
  }
  return `{${order.map((i) => `${JSON.stringify(names[i])}:${values[i]}`).join(",")}}`;
}

/** Whole numbers of 64 bits, decimals of up to 38 digits where no exponent is written, else doubles. */
function numberText(text: string, fraction: string | undefined, exponent: string | undefined): string {
  if (exponent === undefined && fraction === undefined) {
    if (text.length <= QUICK_DIGITS) return text === "-0" ? "0" : text;
    const value = BigInt(text);
    if (BigInt.asIntN(64, value) === value) return text;
  }
  const decimal = exponent === undefined ? canonicalDecimal(text) : undefined;
  return decimal ?? tagged("D", javaDouble(Number(text)));
}
