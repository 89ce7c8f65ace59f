/** A lake of one test: a temporary folder that nobody else sees, its tables and files as the test gives them. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, extname, join, resolve } from "node:path";
import { PathMap } from "../../catalog/path-map.js";
import { isLakeletError, LakeletError } from "../../errors/lakelet-error.js";
import type { StructType } from "../../schema/data-type.js";
import { quoteName } from "../../schema/type-text.js";
import type { SessionReport } from "../../session/contract.js";
import { createLocalSession, endLocalSession, type LocalSession } from "../../session/local-session.js";
import { ProjectPaths } from "../../tasks/project-paths.js";
import type { Project } from "../project-defaults.js";
import type { Given, GivenFile, GivenTable, TestRow } from "./test-case.js";
import { cellOf, columnsOf, inferredSchema, typedRows } from "./typed-rows.js";

export interface SandboxOptions {
  readonly project: Project;
  /** Where fixture files of the test are looked for. */
  readonly folder: string;
  readonly given: Given;
  /** Spark's, and what `${key}` of a path means. */
  readonly configuration: Readonly<Record<string, string>>;
}

/** Prefixes that are shared places on Databricks: a test has its own. */
const SHARED_ROOTS = ["/Volumes", "/dbfs", "/mnt"];
const THREADS = 2;

export class Sandbox {
  private constructor(
    private readonly options: SandboxOptions,
    private readonly root: string,
    readonly session: LocalSession,
    /** For the paths of data in notebooks. */
    readonly paths: ProjectPaths,
    readonly reports: readonly SessionReport[],
  ) {}

  /** Files are there; tables are to be made by {@link create}. */
  static async open(options: SandboxOptions): Promise<Sandbox> {
    const { project, given, configuration } = options;
    const root = mkdtempSync(join(tmpdir(), `lakelet-test-${process.pid}-`));
    const files = Object.entries(given.files ?? {}).map(
      ([path, content]) => [substituted(path, configuration), content] as const,
    );
    const prefixes = [...SHARED_ROOTS, ...Object.keys(project.paths.mappings).filter(isData)];
    const folders = files
      .map(([path]) => path.slice(0, path.lastIndexOf("/")))
      .filter((one) => isElsewhere(one, prefixes));
    const mappings = Object.fromEntries(
      [...new Set([...prefixes, ...folders])].map((prefix, i) => [prefix, join(root, "files", String(i))]),
    );
    const map = new PathMap(mappings, root);
    for (const [path, content] of files) writeGiven(map.resolve(path), path, content, options.folder);
    const warehouse = join(root, "lake");
    const reports: SessionReport[] = [];
    const now = given.now === undefined ? undefined : instantOf(given.now);
    const session = await createLocalSession({
      warehouse,
      timeZone: project.timeZone,
      threads: THREADS,
      paths: mappings,
      workingFolder: root,
      configuration,
      durable: false,
      onReport: (report) => reports.push(report),
      ...(now === undefined ? {} : { clock: () => now }),
    });
    const { mappings: own, root: place } = project.paths;
    const paths = new ProjectPaths({ root: place, mappings: { ...own, ...mappings }, warehouse });
    return new Sandbox(options, root, session, paths, reports);
  }

  /** A given table; its schema is the test's, else the known one, else inferred from the rows. */
  async create(name: readonly string[], table: GivenTable, known: StructType | undefined): Promise<void> {
    const { session } = this;
    const ddl = "schema" in table ? table.schema : undefined;
    const declared = ddl === undefined ? known : await session.createDataFrame([], ddl).schema();
    const rows =
      "file" in table ? fixtureRows(resolve(this.options.folder, table.file)) : "rows" in table ? table.rows : table;
    const shown = name.join(".");
    for (const column of declared ? columnsOf(rows) : [])
      if (declared && !hasColumn(declared, column)) throw unknownColumn(shown, column, declared);
    const schema = declared ?? inferredSchema(rows);
    if (schema.fields.length === 0) throw withoutColumns(shown);
    await typedRows(session, rows, schema).write.saveAsTable(name.map(quoteName).join("."));
  }

  /** An empty folder where one of the sandbox was missed; false for other errors. */
  makeMissing(error: unknown): boolean {
    const path = isLakeletError(error, "PATH_NOT_FOUND") ? error.parameters.path : undefined;
    if (path === undefined || !path.startsWith(this.root) || existsSync(path)) return false;
    mkdirSync(path, { recursive: true });
    return true;
  }

  /** The engine is kept warm for the next one. */
  async close(): Promise<void> {
    await endLocalSession(this.session);
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Paths of code are those of the project. */
function isData(prefix: string): boolean {
  return !/^\/(Workspace|Repos)(\/|$)/.test(prefix);
}

function isElsewhere(folder: string, prefixes: readonly string[]): boolean {
  const isPath = folder.startsWith("/") || /^[a-z0-9]+:\/\//i.test(folder);
  return isPath && !prefixes.some((one) => folder === one || folder.startsWith(`${one}/`));
}

function substituted(path: string, configuration: Readonly<Record<string, string>>): string {
  const plain = path.replace(/^dbfs:(?=\/)/, "");
  return plain.replace(/\$\{([^}]+)\}/g, (whole, key: string) => configuration[key] ?? whole);
}

function instantOf(text: string | Date): number {
  const instant = text instanceof Date ? text.getTime() : Date.parse(text);
  if (!Number.isNaN(instant)) return instant;
  throw invalidTest(`\`now\` is ${String(text)}, which is no time.`, "Write it as 2024-06-01 or 2024-06-01T08:00:00Z.");
}

function writeGiven(file: string, path: string, content: GivenFile, folder: string): void {
  mkdirSync(dirname(file), { recursive: true });
  if (typeof content === "string") writeFileSync(file, content);
  else if ("file" in content) copyFileSync(existing(resolve(folder, content.file)), file);
  else writeFileSync(file, linesOf(path, content));
}

function linesOf(path: string, rows: readonly TestRow[]): string {
  const ending = extname(path).toLowerCase();
  if ([".json", ".jsonl", ".ndjson"].includes(ending)) return rows.map((one) => `${JSON.stringify(one)}\n`).join("");
  if (ending !== ".csv")
    throw invalidTest(
      `Rows cannot be written as ${path}.`,
      "Rows become .csv, .json, .jsonl and .ndjson files; give the text, or { file: ... }.",
    );
  const columns = columnsOf(rows);
  const lines = rows.map((row) => columns.map((name) => csvCell(cellOf(row, name))).join(","));
  return [columns.map(csvCell).join(","), ...lines].map((line) => `${line}\n`).join("");
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '\\"')}"` : text;
}

/** Of a CSV file with a header all values are text, and an empty one is NULL. */
function fixtureRows(file: string): readonly TestRow[] {
  const text = readFileSync(existing(file), "utf8");
  if (extname(file).toLowerCase() === ".csv") return csvRows(text);
  const json = text.trim();
  if (json.startsWith("[")) return JSON.parse(json) as readonly TestRow[];
  return json.split("\n").flatMap((line) => (line.trim() === "" ? [] : [JSON.parse(line) as TestRow]));
}

function csvRows(text: string): readonly TestRow[] {
  const records: string[][] = [];
  let record: string[] = [];
  // A cell, quoted or not, and what ends it.
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (record.length > 1 || record[0] !== "") records.push(record);
    record = [];
  }
  const [header = [], ...rows] = records;
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] === "" ? null : row[i]])));
}

function existing(file: string): string {
  try {
    readFileSync(file);
    return file;
  } catch {
    throw invalidTest(
      `The fixture ${file} cannot be read.`,
      "Paths of fixtures start at the folder of the test's file.",
    );
  }
}

function hasColumn({ fields }: StructType, name: string): boolean {
  return fields.some((one) => one.name.toLowerCase() === name.toLowerCase());
}

function unknownColumn(table: string, column: string, { fields }: StructType): LakeletError {
  return invalidTest(
    `The given rows of ${table} have a column \`${column}\`, which the table has not.`,
    `It has ${fields.map((one) => one.name).join(", ")}.`,
  );
}

function withoutColumns(table: string): LakeletError {
  return invalidTest(
    `Nothing says what columns the given table ${table} has.`,
    "Give a row, or the schema: { schema: id BIGINT, name STRING, rows: [] }.",
  );
}

export function invalidTest(problem: string, cure: string): LakeletError {
  return new LakeletError({ condition: "INVALID_TEST", sqlState: "42000", problem, cure });
}
