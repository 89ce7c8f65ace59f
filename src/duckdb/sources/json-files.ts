/**
 * JSON files opened by Spark's rules. Lines are read as texts and then taken apart: the engine's own reader loses the good line after
 * a truncated one when it is told to go on.
 */
import type { FileSource, MalformedLine, OpenedFiles } from "../../engine/engine.js";
import { field, STRING, type StructField, type StructType, struct } from "../../schema/data-type.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import { malformedRecord } from "./csv-exact-rows.js";
import { encodingOf, type ParseMode, parseMode, valueOptions } from "./csv-options.js";
import { emptySelect, unableToInfer } from "./empty-source.js";
import { inferJsonSchema } from "./json-inference.js";
import { jsonFields, jsonValue } from "./json-values.js";
import { type LineEnd, lineEndOf, rawLines } from "./raw-lines.js";
import { originalPath, type ReadableFile, type ReadableFiles, readableFiles } from "./readable-file.js";
import type { ReaderOptions } from "./reader-options.js";
import { rescuedJson } from "./rescued-json.js";
import type { SourceEngine } from "./source-engine.js";
import type { SourceFile } from "./source-paths.js";

export async function openJson(
  engine: SourceEngine,
  source: FileSource,
  options: ReaderOptions,
  files: readonly SourceFile[],
): Promise<OpenedFiles> {
  const readable = await readableFiles(files, encodingOf(options));
  try {
    const filled = readable.files.filter((file) => file.size > 0);
    const texts = { files: filled, multiLine: options.flag("multiline", false), lineEnd: await lineEndOf(filled) };
    const corruptColumn = options.text("columnnameofcorruptrecord", "_corrupt_record");
    const mode = parseMode(options);
    if (!source.schema && filled.length === 0) throw unableToInfer("json");
    const schema = source.schema ?? (await inferred(engine, recordsSql(texts, false), corruptColumn, mode, options));
    return new OpenedJson(engine, schema, readable, corruptColumn, mode, texts, options);
  } catch (error) {
    await readable.close();
    throw error;
  }
}

async function inferred(
  engine: SourceEngine,
  records: string,
  corruptColumn: string,
  mode: ParseMode,
  options: ReaderOptions,
): Promise<StructType> {
  const { schema, hasMalformed } = await inferJsonSchema(engine, records, options.flag("primitivesasstring", false));
  if (!hasMalformed || mode !== "PERMISSIVE") return schema;
  return struct([...schema.fields, field(corruptColumn, STRING)].sort((a, b) => (a.name < b.name ? -1 : 1)));
}

/**
 * Columns `line` (the text of the line or file), `record` (one JSON text of it; a top-level array holds several), `filename`, and where
 * they are to be numbered `n`, the line of the file: right for one file only.
 */
function recordsSql({ files, multiLine, lineEnd }: JsonTexts, numbered: boolean): string {
  const paths = files.map((file) => engineString(file.readPath)).join(", ");
  const number = numbered ? (multiLine ? ", 1 AS n" : ", row_number() OVER () AS n") : "";
  const texts = multiLine
    ? `SELECT content AS line, filename${number} FROM read_text([${paths}])`
    : `SELECT ltrim(line, chr(65279)) AS line, filename${number} FROM ${rawLines(files, lineEnd)}`;
  const elements = `CASE WHEN starts_with(ltrim(line), '[') AND json_valid(line) THEN from_json(line, '["JSON"]') ELSE [CASE WHEN json_valid(line) THEN CAST(line AS JSON) END] END`;
  return `(SELECT *, unnest(${elements}) AS record FROM (${texts}) WHERE trim(line) <> '')`;
}

interface JsonTexts {
  readonly files: readonly ReadableFile[];
  readonly multiLine: boolean;
  readonly lineEnd: LineEnd;
}

class OpenedJson implements OpenedFiles {
  readonly #source: number;
  readonly #columns: readonly StructField[];
  /** A run met a malformed record. */
  #flagged = false;
  #settled = false;
  /** The column of the fields that the schema does not know, and of the values that do not fit it. */
  readonly #rescued: string | undefined;

  constructor(
    private readonly engine: SourceEngine,
    readonly schema: StructType,
    private readonly readable: ReadableFiles,
    corruptColumn: string,
    private readonly mode: ParseMode,
    private readonly texts: JsonTexts,
    private readonly options: ReaderOptions,
  ) {
    this.#source = engine.suspects.add();
    this.#rescued = options.optional("rescueddatacolumn");
    this.#columns = schema.fields.filter(
      ({ name, dataType }) => dataType.kind !== "string" || (name !== corruptColumn && name !== this.#rescued),
    );
  }

  get files(): readonly SourceFile[] {
    return this.readable.files.map(({ path, size, modifiedAt }) => ({ path, size, modifiedAt }));
  }

  sql(): string {
    if (!this.#isFilled()) return `(${emptySelect(this.schema)})`;
    const { malformed, values, misfits } = this.#expressions();
    const path = originalPath(this.readable.files, "filename");
    const outputs = this.schema.fields.map(({ name }) => {
      const own = name === this.#rescued ? rescuedJson(this.#columns, misfits, path) : values.get(name);
      const value = own ?? `CASE WHEN ${malformed} THEN line END`;
      return `${this.mode === "PERMISSIVE" ? value : `CASE WHEN keep THEN ${value} END`} AS ${engineName(name)}`;
    });
    const fields = this.#fields(recordsSql(this.texts, false));
    return `(SELECT ${outputs.join(", ")}, ${path} AS __file_path FROM ${this.#kept(fields, malformed)})`;
  }

  /** The flag is a column, on which all others depend: the engine pushes no condition of the query below what is volatile. */
  #kept(fields: string, malformed: string): string {
    if (this.mode === "PERMISSIVE") return fields;
    const keep = `CASE WHEN ${malformed} THEN lakelet_suspect(${this.#source}) ELSE true END AS keep`;
    return `(SELECT *, ${keep} FROM ${fields}) WHERE keep`;
  }

  async settle(): Promise<"final"> {
    const flagged = this.engine.suspects.take(this.#source).values;
    this.#flagged ||= flagged;
    this.#settled = true;
    if (this.mode === "FAILFAST" && flagged) {
      const [first] = await this.malformed();
      if (first) throw malformedRecord(first);
    }
    return "final";
  }

  foundNone(): boolean {
    return this.#settled && !this.#flagged && this.mode !== "PERMISSIVE";
  }

  async recordCount(): Promise<bigint | undefined> {
    if (this.texts.multiLine) return undefined;
    if (!this.#isFilled()) return 0n;
    const elements = `CASE WHEN starts_with(ltrim(line), '[') AND json_valid(line) THEN json_array_length(line) ELSE 1 END`;
    const texts = `SELECT ltrim(line, chr(65279)) AS line FROM ${rawLines(this.texts.files, this.texts.lineEnd)}`;
    const [row] = await this.engine.rows(
      `SELECT CAST(coalesce(sum(${elements}), 0) AS BIGINT) FROM (${texts}) WHERE trim(line) <> ''`,
    );
    return BigInt(String(row?.[0] ?? 0));
  }

  async malformed(): Promise<readonly MalformedLine[]> {
    if (!this.#isFilled()) return [];
    const { malformed, reason } = this.#expressions();
    const path = originalPath(this.readable.files, "filename");
    const found: MalformedLine[] = [];
    for (const file of this.texts.files) {
      const records = recordsSql({ ...this.texts, files: [file] }, true);
      const rows = await this.engine.rows(
        `SELECT DISTINCT ${path}, n, line, ${reason} FROM ${this.#fields(records)} WHERE ${malformed} ORDER BY n`,
      );
      for (const [one, line, text, why] of rows) {
        found.push({ file: String(one), line: Number(line), text: String(text), reason: String(why) });
      }
    }
    return found;
  }

  async close(): Promise<void> {
    this.engine.suspects.remove(this.#source);
    await this.readable.close();
  }

  #isFilled(): boolean {
    return this.texts.files.length > 0;
  }

  #fields(records: string): string {
    return `(SELECT *, ${jsonFields("record", this.#columns)} AS o FROM ${records})`;
  }

  #expressions(): {
    readonly values: ReadonlyMap<string, string>;
    readonly malformed: string;
    readonly reason: string;
    /** By column. */
    readonly misfits: ReadonlyMap<string, string>;
  } {
    const values = new Map<string, string>();
    const notObject = "coalesce(json_type(record), 'NULL') <> 'OBJECT'";
    const misfits = new Map<string, string>();
    let reason = "";
    for (const { name, dataType } of this.#columns) {
      const { value, misfit } = jsonValue(`o.${engineName(name)}`, dataType, valueOptions(this.options));
      values.set(name, value);
      misfits.set(name, misfit);
      if (this.#rescued !== undefined) continue;
      reason += ` WHEN ${misfit} THEN ${engineString(`The value of \`${name}\` does not fit its type.`)}`;
    }
    // What does not fit is kept where there is a column for it, and then no fault of the line.
    const faults = this.#rescued === undefined ? [...misfits.values()] : [];
    return {
      values,
      misfits,
      malformed: `(${[notObject, ...faults].join(" OR ")})`,
      reason: `CASE WHEN ${notObject} THEN 'The line is no JSON object.'${reason} END`,
    };
  }
}
