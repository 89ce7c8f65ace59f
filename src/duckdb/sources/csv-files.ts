/** CSV files opened by Spark's rules: one fast typed pass over clean files, the exact parser for files with lines in doubt. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileSource, MalformedLine, OpenedFiles } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { field, STRING, type StructField, type StructType, struct } from "../../schema/data-type.js";
import { ANY_ALPHABET, alphabetOf } from "./csv-alphabet.js";
import { allRecords, type ExactFile, exactSelect, parseExactly, valueText } from "./csv-exact-rows.js";
import { inferTypes } from "./csv-inference.js";
import { lineCount } from "./csv-lines.js";
import { type CsvOptions, csvOptions } from "./csv-options.js";
import { tokensOf } from "./csv-records.js";
import { type CsvRelation, csvSelect, doubtfulFiles, isPlainCsv } from "./csv-relation.js";
import { emptySelect, unableToInfer } from "./empty-source.js";
import { type ReadableFile, type ReadableFiles, readableFiles } from "./readable-file.js";
import type { ReaderOptions } from "./reader-options.js";
import type { SourceEngine } from "./source-engine.js";
import type { SourceFile } from "./source-paths.js";

export async function openCsv(
  engine: SourceEngine,
  source: FileSource,
  reader: ReaderOptions,
  files: readonly SourceFile[],
): Promise<OpenedFiles> {
  const options = csvOptions(reader);
  const readable = await readableFiles(files, options.encoding);
  try {
    const schema = await schemaOfSource(engine, source, options, readable.files);
    const opened = new OpenedCsv(engine, schema, readable, options);
    await opened.begin();
    return opened;
  } catch (error) {
    await readable.close();
    throw error;
  }
}

async function schemaOfSource(
  engine: SourceEngine,
  source: FileSource,
  options: CsvOptions,
  files: readonly ReadableFile[],
): Promise<StructType> {
  if (source.schema) {
    if (options.header && !options.enforceSchema)
      await checkHeaders(
        files,
        options,
        fileColumns(source.schema, options).map((one) => one.name),
      );
    return source.schema;
  }
  const [first, ...later] = await headers(files, options);
  if (!first) throw unableToInfer("csv");
  const names = columnNames(first.names, options.header);
  if (options.header) for (const one of later) checkHeader(one, first.names);
  const texts = struct(names.map((name) => field(name, STRING)));
  if (!options.inferSchema) return texts;
  const probe = new OpenedCsv(engine, texts, { files, close: async () => {} }, { ...options, mode: "PERMISSIVE" });
  await probe.begin();
  try {
    return await inferTypes(engine, probe, options);
  } finally {
    await probe.close();
  }
}

/** The columns that stand in the files: all but that of the corrupt record. */
function fileColumns(schema: StructType, options: CsvOptions): readonly StructField[] {
  return schema.fields.filter((one) => !(one.name === options.corruptColumn && one.dataType.kind === "string"));
}

class OpenedCsv implements OpenedFiles {
  readonly #source: number;
  readonly #columns: readonly StructField[];
  /** Rows of the files that the exact parser has read, by the path that the engine reads. */
  readonly #exact = new Map<string, ExactFile>();
  readonly #malformed: MalformedLine[] = [];
  #alphabet = ANY_ALPHABET;
  /** Every text of the files that are left has been looked at. */
  #trusted = false;
  /** A run is over in which no line was in doubt. */
  #settled = false;
  /** Where the exact parser writes; made when it first does. */
  #folder: string | undefined;

  constructor(
    private readonly engine: SourceEngine,
    readonly schema: StructType,
    private readonly readable: ReadableFiles,
    private readonly options: CsvOptions,
  ) {
    this.#source = engine.suspects.add(() => this.#rescue());
    this.#columns = fileColumns(schema, options);
  }

  get files(): readonly SourceFile[] {
    return this.readable.files.map(({ path, size, modifiedAt }) => ({ path, size, modifiedAt }));
  }

  /** Reads with the exact parser at once what the engine's reader cannot read as Spark does. */
  async begin(): Promise<void> {
    if (isPlainCsv({ columns: this.#columns, options: this.options })) {
      this.#alphabet = await alphabetOf(this.readable.files, this.options, this.engine.cancellation());
    } else {
      await this.#readExactly(this.readable.files);
    }
  }

  sql(): string {
    const { schema, options } = this;
    const selects: string[] = [];
    if (this.#plainFiles().length > 0) selects.push(csvSelect(this.#relation(), schema.fields, this.#trusted));
    if (this.#exact.size > 0)
      selects.push(exactSelect([...this.#exact.values()], this.#columns, schema.fields, options));
    return `(${selects.join(" UNION ALL ") || emptySelect(schema)})`;
  }

  async settle(): Promise<"final" | "again"> {
    const suspicion = this.engine.suspects.take(this.#source);
    if (!suspicion.values && suspicion.files.size === 0) {
      this.#settled = true;
      return "final";
    }
    const doubtful = new Set(suspicion.files);
    if (suspicion.values && !this.#trusted && this.#plainFiles().length > 0) {
      for (const [path] of await this.engine.rows(doubtfulFiles(this.#relation()))) doubtful.add(String(path));
      for (const path of this.engine.suspects.take(this.#source).files) doubtful.add(path);
      this.#trusted = true;
    }
    await this.#readExactly(this.#plainFiles().filter((file) => doubtful.has(file.readPath)));
    return "again";
  }

  async recordCount(): Promise<bigint | undefined> {
    const { quote, carriageReturn } = this.#alphabet;
    const isLineRow = !quote && !carriageReturn && this.options.comment === undefined;
    if (!this.#settled || this.#exact.size > 0 || !isLineRow) return undefined;
    return lineCount(this.#plainFiles(), this.options.header, this.engine.cancellation());
  }

  async malformed(): Promise<readonly MalformedLine[]> {
    await this.settle();
    return this.#malformed;
  }

  async close(): Promise<void> {
    this.engine.suspects.remove(this.#source);
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    await this.readable.close();
  }

  /** The files that the engine's reader reads. */
  #plainFiles(): readonly ReadableFile[] {
    return this.readable.files.filter((file) => file.size > 0 && !this.#exact.has(file.readPath));
  }

  #relation(): CsvRelation {
    const { options } = this;
    return {
      files: this.#plainFiles(),
      columns: this.#columns,
      options,
      alphabet: this.#alphabet,
      source: this.#source,
    };
  }

  async #rescue(): Promise<{ before: string; after: string }> {
    const before = this.sql();
    await this.#readExactly(this.#plainFiles());
    return { before, after: this.sql() };
  }

  async #readExactly(files: readonly ReadableFile[]): Promise<void> {
    const checkCanceled = this.engine.cancellation();
    this.#folder ??= await mkdtemp(join(tmpdir(), "lakelet-csv-"));
    for (const file of files) {
      const writeTo = join(this.#folder, `${this.#exact.size}.csv`);
      const lines = await parseExactly({ file, writeTo, columns: this.#columns, options: this.options, checkCanceled });
      for (const line of lines) this.#malformed.push(line);
      this.#exact.set(file.readPath, { file, writtenTo: writeTo });
    }
  }
}

interface Header {
  readonly file: string;
  readonly line: number;
  readonly names: readonly (string | null)[];
}

/** The first record of each file that has one. */
async function headers(files: readonly ReadableFile[], options: CsvOptions): Promise<readonly Header[]> {
  const found: Header[] = [];
  for (const file of files) {
    for await (const record of allRecords(file.readPath, options)) {
      const names = tokensOf(record.text, options).map((token) => valueText(token, options));
      found.push({ file: file.path, line: record.line, names });
      break;
    }
    if (!options.header && found.length > 0) break;
  }
  return found;
}

/** Spark's names: `_c0` where there is none, and a number behind names that are there twice, letter case aside. */
function columnNames(header: readonly (string | null)[], hasHeader: boolean): readonly string[] {
  const counts = new Map<string, number>();
  for (const name of header) if (name) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  return header.map((name, i) => {
    if (!hasHeader || !name) return `_c${i}`;
    return (counts.get(name.toLowerCase()) ?? 0) > 1 ? `${name}${i}` : name;
  });
}

async function checkHeaders(
  files: readonly ReadableFile[],
  options: CsvOptions,
  names: readonly string[],
): Promise<void> {
  for (const one of await headers(files, options)) checkHeader(one, names);
}

function checkHeader(header: Header, expected: readonly (string | null)[]): void {
  const same =
    header.names.length === expected.length &&
    header.names.every((name, i) => name?.toLowerCase() === expected[i]?.toLowerCase());
  if (same) return;
  const texts = [header.names, expected].map((names) => names.map((name) => name ?? "").join(", "));
  throw new LakeletError({
    condition: "CSV_HEADER_DOES_NOT_CONFORM",
    sqlState: "42K0H",
    problem: "A CSV header does not conform to the schema.",
    reason: `The header is: ${texts[0]}; the schema is: ${texts[1]}.`,
    cure: "Read files of other columns on their own, or give a schema for all of them.",
    parameters: { header: texts[0] ?? "", schema: texts[1] ?? "" },
    location: { file: header.file, line: header.line },
  });
}
