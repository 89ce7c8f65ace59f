/** Spark's reader options by format: which there are, and reading one with its default. */

import type { FileSource } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";

const EVERY_FORMAT = [
  "path",
  "pathglobfilter",
  "recursivefilelookup",
  "modifiedbefore",
  "modifiedafter",
  "ignorecorruptfiles",
  "ignoremissingfiles",
];
const PARSED = [
  "mode",
  "columnnameofcorruptrecord",
  "encoding",
  "charset",
  "multiline",
  "linesep",
  "dateformat",
  "timestampformat",
  "timestampntzformat",
  "locale",
  "timezone",
  "samplingratio",
];

/** Lower-cased; those that have no effect here are known all the same, because they cannot change rows. */
const KNOWN: Readonly<Record<FileSource["format"], readonly string[]>> = {
  csv: [
    ...EVERY_FORMAT,
    ...PARSED,
    "header",
    "sep",
    "delimiter",
    "quote",
    "escape",
    "chartoescapequoteescaping",
    "comment",
    "inferschema",
    "preferdate",
    "nullvalue",
    "emptyvalue",
    "nanvalue",
    "positiveinf",
    "negativeinf",
    "enforceschema",
    "ignoreleadingwhitespace",
    "ignoretrailingwhitespace",
    "maxcolumns",
    "maxcharspercolumn",
  ],
  json: [
    ...EVERY_FORMAT,
    ...PARSED,
    "primitivesasstring",
    "prefersdecimal",
    "rescueddatacolumn",
    "infertimestamp",
    "dropfieldifallnull",
    "allowcomments",
  ],
  parquet: [...EVERY_FORMAT, "mergeschema", "datetimerebasemode", "int96rebasemode"],
  text: [...EVERY_FORMAT, "wholetext", "linesep", "encoding"],
};

/** Known options that would change rows if they were given this way, and are not done. */
const UNSUPPORTED: Readonly<Record<string, RegExp>> = {
  linesep: /^(?!\n$|\r\n$|\\n$|\\r\\n$)/,
  allowcomments: /^true$/i,
  dropfieldifallnull: /^true$/i,
  prefersdecimal: /^true$/i,
  infertimestamp: /^true$/i,
  locale: /^(?!en)/i,
  datetimerebasemode: /^legacy$/i,
  int96rebasemode: /^legacy$/i,
};

export class ReaderOptions {
  constructor(
    private readonly format: FileSource["format"],
    private readonly options: FileSource["options"],
  ) {}

  /** Throws UNSUPPORTED_OPTION for an option that is unknown, or known and without effect here where it would have one in Spark. */
  check(): void {
    for (const [name, value] of Object.entries(this.options)) {
      if (!KNOWN[this.format].includes(name)) throw this.#unknown(name);
      if (UNSUPPORTED[name]?.test(value)) {
        throw new LakeletError({
          condition: "UNSUPPORTED_OPTION",
          sqlState: "0A000",
          problem: `The option \`${name}\` with the value '${value}' of the format ${this.format} is not supported.`,
          parameters: { option: name, value },
        });
      }
    }
  }

  text(names: string | readonly string[], otherwise: string): string {
    for (const name of typeof names === "string" ? [names] : names) {
      const value = this.options[name];
      if (value !== undefined) return value;
    }
    return otherwise;
  }

  optional(name: string): string | undefined {
    return this.options[name];
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.options[name];
    if (value === undefined) return otherwise;
    if (/^true$/i.test(value)) return true;
    if (/^false$/i.test(value)) return false;
    throw new LakeletError({
      condition: "INVALID_OPTION_VALUE",
      sqlState: "22023",
      problem: `The option \`${name}\` takes true or false, not '${value}'.`,
      parameters: { option: name, value },
    });
  }

  #unknown(name: string): LakeletError {
    const nearest = [...KNOWN[this.format]].sort((a, b) => distance(name, a) - distance(name, b))[0] ?? "";
    return new LakeletError({
      condition: "UNSUPPORTED_OPTION",
      sqlState: "0A000",
      problem: `The format ${this.format} has no option \`${name}\`.`,
      cure: `Did you mean \`${nearest}\`?`,
      parameters: { option: name, nearest },
    });
  }
}

/** Edit distance of two short names. */
function distance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const current = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      current[j] = Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1);
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
