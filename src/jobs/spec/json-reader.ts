/** Reads JSON with the place of every key and value: a job of a thousand tasks in milliseconds. */

/** Where a value stands in the text, and what is inside it. */
export interface JsonPlace {
  readonly at: number;
  readonly entries?: ReadonlyMap<string, { readonly keyAt: number; readonly value: JsonPlace }>;
  readonly items?: readonly JsonPlace[];
}

export interface JsonText {
  readonly value: unknown;
  readonly place: JsonPlace;
}

/** Deeper than any document is, and far from the end of the call stack. */
const MAX_DEPTH = 200;
/** What a text may not hold as it stands: it is left to the library then, with its escapes or its refusal. */
const SPECIAL = /[^ -\uffff]|\\/;
const STRING_END = /["\\]/g;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** `undefined` for what is not plain JSON, a key that stands twice in an object included: the caller's YAML reader says what is wrong. */
export function readJson(text: string): JsonText | undefined {
  try {
    const reader = new JsonReader(text);
    return reader.document();
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

class NotJson extends Error {}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonText {
    this.#space();
    const read = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) throw new NotJson();
    return read;
  }

  #value(depth: number): JsonText {
    if (depth > MAX_DEPTH) throw new NotJson();
    const at = this.#at;
    switch (this.#text[at]) {
      case "{":
        return this.#object(at, depth);
      case "[":
        return this.#array(at, depth);
      case '"':
        return { value: this.#string(), place: { at } };
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#number(at);
    }
  }

  #object(at: number, depth: number): JsonText {
    const entries = new Map<string, { keyAt: number; value: JsonPlace }>();
    const value: [string, unknown][] = [];
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === "}") {
      this.#at += 1;
      return { value: {}, place: { at, entries } };
    }
    for (;;) {
      const keyAt = this.#at;
      const key = this.#string();
      this.#space();
      this.#expect(":");
      this.#space();
      const read = this.#value(depth + 1);
      if (entries.has(key)) throw new NotJson();
      entries.set(key, { keyAt, value: read.place });
      value.push([key, read.value]);
      this.#space();
      if (this.#more("}")) {
        this.#space();
        continue;
      }
      return { value: Object.fromEntries(value), place: { at, entries } };
    }
  }

  #array(at: number, depth: number): JsonText {
    const items: JsonPlace[] = [];
    const value: unknown[] = [];
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === "]") {
      this.#at += 1;
      return { value, place: { at, items } };
    }
    for (;;) {
      const read = this.#value(depth + 1);
      items.push(read.place);
      value.push(read.value);
      this.#space();
      if (!this.#more("]")) return { value, place: { at, items } };
      this.#space();
    }
  }

  /** After a comma true, after the end false. */
  #more(end: string): boolean {
    const next = this.#text[this.#at++];
    if (next === ",") return true;
    if (next === end) return false;
    throw new NotJson();
  }

  #string(): string {
    const start = this.#at;
    if (this.#text[start] !== '"') throw new NotJson();
    const plainEnd = this.#text.indexOf('"', start + 1);
    const plain = this.#text.slice(start + 1, Math.max(plainEnd, start + 1));
    if (plainEnd >= 0 && !SPECIAL.test(plain)) {
      this.#at = plainEnd + 1;
      return plain;
    }
    STRING_END.lastIndex = start + 1;
    for (let end = STRING_END.exec(this.#text); end; end = STRING_END.exec(this.#text)) {
      if (end[0] === "\\") {
        STRING_END.lastIndex += 1;
        continue;
      }
      this.#at = end.index + 1;
      return this.#unescaped(this.#text.slice(start, this.#at));
    }
    throw new NotJson();
  }

  #unescaped(quoted: string): string {
    try {
      return JSON.parse(quoted);
    } catch {
      throw new NotJson();
    }
  }

  #word(word: string, value: unknown): JsonText {
    const at = this.#at;
    if (!this.#text.startsWith(word, at)) throw new NotJson();
    this.#at += word.length;
    return { value, place: { at } };
  }

  #number(at: number): JsonText {
    NUMBER.lastIndex = at;
    const [digits] = NUMBER.exec(this.#text) ?? [];
    if (digits === undefined) throw new NotJson();
    this.#at += digits.length;
    return { value: Number(digits), place: { at } };
  }

  #expect(character: string): void {
    if (this.#text[this.#at++] !== character) throw new NotJson();
  }

  #space(): void {
    for (let code = this.#text.charCodeAt(this.#at); isSpace(code); code = this.#text.charCodeAt(this.#at))
      this.#at += 1;
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
