/** CHAR and VARCHAR lengths: Spark stores such columns as string and keeps the declared type as text in the field's metadata. Pure. */
import type { StructField } from "./data-type.js";

export const CHAR_VARCHAR_METADATA = "__CHAR_VARCHAR_TYPE_STRING";

/** Where in a type a CHAR or VARCHAR stands. */
export type LengthLimit =
  | { readonly kind: "char" | "varchar"; readonly length: number }
  | { readonly kind: "array"; readonly element: LengthLimit }
  | { readonly kind: "map"; readonly key: LengthLimit | undefined; readonly value: LengthLimit | undefined }
  | { readonly kind: "struct"; readonly fields: ReadonlyMap<string, LengthLimit> };

/**
 * The limits that a column's metadata declares, at every depth; struct fields by lower-cased name.
 * @example lengthLimit(column) // { kind: "array", element: { kind: "varchar", length: 3 } } for array<varchar(3)>
 */
export function lengthLimit({ metadata }: StructField): LengthLimit | undefined {
  const text = metadata[CHAR_VARCHAR_METADATA];
  return typeof text === "string" ? new LimitReader(text).type() : undefined;
}

/** Reads the catalog text of a type; what is not CHAR or VARCHAR is passed over. */
class LimitReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  type(): LengthLimit | undefined {
    const name = this.#match(/\s*[A-Za-z_]+\s*/y)
      .trim()
      .toLowerCase();
    if (name === "array") return this.#array();
    if (name === "map") return this.#map();
    if (name === "struct") return this.#struct();
    const sized = /^\s*(\d+)/.exec(this.#match(/\([^)]*\)/y).slice(1));
    this.#rest();
    if ((name === "char" || name === "varchar" || name === "character") && sized?.[1] !== undefined) {
      return { kind: name === "varchar" ? "varchar" : "char", length: Number(sized[1]) };
    }
    return undefined;
  }

  #array(): LengthLimit | undefined {
    this.#match(/\s*<\s*/y);
    const element = this.type();
    this.#match(/\s*>\s*/y);
    return element && { kind: "array", element };
  }

  #map(): LengthLimit | undefined {
    this.#match(/\s*<\s*/y);
    const key = this.type();
    this.#match(/\s*,\s*/y);
    const value = this.type();
    this.#match(/\s*>\s*/y);
    return key === undefined && value === undefined ? undefined : { kind: "map", key, value };
  }

  #struct(): LengthLimit | undefined {
    const fields = new Map<string, LengthLimit>();
    this.#match(/\s*<\s*/y);
    while (this.#at < this.#text.length && this.#match(/\s*>\s*/y) === "") {
      const quoted = this.#match(/`(?:[^`]|``)*`/y);
      const name = quoted === "" ? this.#match(/[^:]*/y) : quoted.slice(1, -1).replaceAll("``", "`");
      this.#match(/\s*:\s*/y);
      const limit = this.type();
      if (limit !== undefined) fields.set(name.trim().toLowerCase(), limit);
      this.#match(/\s*,\s*/y);
    }
    return fields.size === 0 ? undefined : { kind: "struct", fields };
  }

  /** What may follow a type's name in a field, as the units of an interval or NOT NULL. */
  #rest(): void {
    this.#match(/[^,<>]*/y);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}
