/** Options of writing files, by Spark's names: which there are, and what cannot be done is refused. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { editDistance } from "../../sql/functions/edit-distance.js";

export type FileFormat = "parquet" | "csv" | "json" | "text";

const EVERY_FORMAT = ["path", "compression", "codec", "maxrecordsperfile", "partitionoverwritemode"];
const TIMES = ["dateformat", "timestampformat", "timestampntzformat", "timezone", "locale"];
const LINES = ["linesep", "encoding", "charset"];

/** Lower-cased. */
const KNOWN: Readonly<Record<FileFormat, readonly string[]>> = {
  parquet: [...EVERY_FORMAT, "datetimerebasemode", "int96rebasemode"],
  csv: [
    ...EVERY_FORMAT,
    ...TIMES,
    ...LINES,
    "header",
    "sep",
    "delimiter",
    "quote",
    "quoteall",
    "escape",
    "escapequotes",
    "chartoescapequoteescaping",
    "comment",
    "nullvalue",
    "emptyvalue",
    "ignoreleadingwhitespace",
    "ignoretrailingwhitespace",
  ],
  json: [...EVERY_FORMAT, ...TIMES, ...LINES, "ignorenullfields"],
  text: [...EVERY_FORMAT, ...LINES],
};

/** Values that are done; of an option that is not here, any. */
const DONE: Readonly<Record<string, RegExp>> = {
  encoding: /^utf-?8$/i,
  charset: /^utf-?8$/i,
  locale: /^en/i,
  // Files are in the proleptic Gregorian calendar, and no INT96 is written.
  datetimerebasemode: /^(corrected|exception)$/i,
  int96rebasemode: /^(corrected|exception)$/i,
};

const CODECS: Readonly<Record<FileFormat, readonly string[]>> = {
  parquet: ["none", "uncompressed", "snappy", "gzip", "zstd"],
  csv: ["none", "uncompressed", "gzip"],
  json: ["none", "uncompressed", "gzip"],
  text: ["none", "uncompressed", "gzip"],
};

export class WriterOptions {
  /** Throws UNSUPPORTED_OPTION, CODEC_NOT_AVAILABLE. */
  constructor(
    private readonly format: FileFormat,
    private readonly options: Readonly<Record<string, string>>,
  ) {
    for (const [name, value] of Object.entries(options)) {
      if (!KNOWN[format].includes(name)) throw unknown(name, format);
      if (DONE[name]?.test(value) === false) throw notDone(name, value, format);
    }
    if (!CODECS[format].includes(this.compression)) throw noCodec(this.compression, format);
  }

  get compression(): string {
    return this.text("compression", this.text("codec", this.format === "parquet" ? "snappy" : "none")).toLowerCase();
  }
  /** Rows; undefined where there is no limit. Throws INVALID_OPTION_VALUE. */
  get maxRecordsPerFile(): number | undefined {
    const text = this.text("maxrecordsperfile", "0");
    if (!/^-?\d+$/.test(text)) throw noNumber("maxRecordsPerFile", text);
    const most = Number(text);
    return most > 0 ? most : undefined;
  }
  optional(name: string): string | undefined {
    return this.options[name];
  }
  text(name: string, otherwise: string): string {
    return this.options[name] ?? otherwise;
  }
  /** One sign; `\t` and the like may be written as two. */
  sign(name: string, otherwise: string): string {
    const text = this.text(name, otherwise);
    const written: Readonly<Record<string, string>> = {
      "\\t": "\t",
      "\\n": "\n",
      "\\r": "\r",
      "\\0": "\0",
      "\\u0000": "\0",
    };
    return written[text] ?? text;
  }
  flag(name: string, otherwise: boolean): boolean {
    const value = this.options[name];
    return value === undefined ? otherwise : value.toLowerCase() === "true";
  }
}

function unknown(name: string, format: FileFormat): LakeletError {
  const [nearest = ""] = [...KNOWN[format]].sort((a, b) => editDistance(name, a) - editDistance(name, b));
  return new LakeletError({
    condition: "UNSUPPORTED_OPTION",
    sqlState: "42616",
    problem: `Writing ${format} files has no option "${name}".`,
    cure: `Did you mean "${nearest}"?`,
    parameters: { option: name, nearest },
  });
}

function notDone(name: string, value: string, format: FileFormat): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_OPTION",
    sqlState: "0A000",
    problem: `The option "${name}" = "${value}" of writing ${format} files is not supported.`,
    cure: "Leave it out: files are UTF-8, names of months English, and dates of the proleptic Gregorian calendar.",
    parameters: { option: name, value },
  });
}

function noNumber(option: string, value: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_OPTION_VALUE",
    sqlState: "22023",
    problem: `The option "${option}" takes a whole number, not '${value}'.`,
    cure: "Give the number of rows, or 0 for no limit.",
    parameters: { option, value },
  });
}

function noCodec(codec: string, format: FileFormat): LakeletError {
  const available = CODECS[format].join(", ");
  return new LakeletError({
    condition: "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION",
    sqlState: "56038",
    problem: `The codec ${codec} is not available for ${format} files.`,
    cure: `Available codecs are ${available}.`,
    parameters: { codecName: codec, availableCodecs: available },
  });
}
