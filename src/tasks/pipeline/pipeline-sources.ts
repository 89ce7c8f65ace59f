/** The sources of a pipeline, read and run for what they declare: SQL files, TypeScript modules, notebooks of both. */
import { readFileSync } from "node:fs";
import { extname, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { createJiti } from "jiti";
import { isLakeletError, LakeletError, locatedAt } from "../../errors/lakelet-error.js";
import { Declarations } from "../../pipeline/declarations.js";
import type { PipelineDefinition } from "../../pipeline/definition.js";
import type { SqlSource } from "../../pipeline/source-text.js";
import { sqlDefinition } from "../../pipeline/sql-source.js";
import type { SparkSession } from "../../session/contract.js";
import { loadParser } from "../../sql/parse/parse.js";
import { lineInStack } from "../failure.js";
import type { Cell, NotebookDocument } from "../notebook/notebook-document.js";
import { readNotebook } from "../notebook/notebook-file.js";

export interface PipelineSources {
  /** Absolute paths, in the order in which they are read. */
  readonly files: readonly string[];
  /** `${key}` in SQL. */
  readonly configuration: Readonly<Record<string, string>>;
  /** The session that the update will run in: functions of TypeScript sources read with it. */
  readonly session: SparkSession;
}

/** @throws what is wrong with a source, with its file and line */
export async function loadPipelineSources(sources: PipelineSources): Promise<PipelineDefinition> {
  await loadParser();
  const { files, configuration, session } = sources;
  const parts = files.map((file) => partsOf(file));
  const declarations = new Declarations(session, shownFile);
  const modules = parts.flatMap((one) => (one.module === undefined ? [] : [one.module]));
  if (modules.length > 0) {
    const run = await moduleRunner(modules[0]?.file ?? "");
    await declarations.collect(async () => {
      for (const module of modules) await runModule(module, run);
    });
  }
  const typescript = await declarations.definition();
  const views = typescript.datasets.filter((one) => one.kind === "temporary-view").map((one) => one.name.at(-1) ?? "");
  const texts = parts.flatMap((one) => one.sql);
  const sql = sqlDefinition(texts, configuration, views);
  return {
    datasets: [...sql.datasets, ...typescript.datasets],
    flows: [...sql.flows, ...typescript.flows],
    notices: [...(sql.notices ?? []), ...(typescript.notices ?? [])],
  };
}

interface Module {
  /** Absolute path. */
  readonly file: string;
  /** Line for line as the file has it. */
  readonly text: string;
}

interface SourceParts {
  readonly sql: readonly SqlSource[];
  readonly module?: Module;
}

function shownFile(file: string): string {
  return relative(process.cwd(), file) || file;
}

function partsOf(file: string): SourceParts {
  const shown = shownFile(file);
  // A SQL file need not be a notebook to be one: the marks of its cells are comments.
  if (extname(file) === ".sql" && !/^-- MAGIC /m.test(readFileSync(file, "utf8")))
    return { sql: [{ file: shown, text: readFileSync(file, "utf8") }] };
  const document = readNotebook(file);
  for (const cell of document.cells) checkCell(cell, shown);
  const sql = document.cells.filter((one) => one.language === "sql");
  const code = document.cells.filter((one) => one.language === "typescript" && one.source.trim() !== "");
  return {
    sql: document.format === "ipynb" ? sql.map((cell) => sourceOfCell(cell, shown)) : sourceOfCells(sql, shown),
    ...(code.length === 0 ? {} : { module: { file, text: moduleText(document, code) } }),
  };
}

function checkCell({ language, number, sourceLine }: Cell, file: string): void {
  if (language !== "run" && language !== "fs") return;
  throw new LakeletError({
    condition: "UNSUPPORTED_FEATURE.PIPELINE_MAGIC",
    sqlState: "0A000",
    problem: `Cell ${number} is %${language}, which the sources of a pipeline cannot have.`,
    cure: language === "run" ? "Import a module, or add the notebook to the pipeline's libraries." : "Leave it out.",
    location: { file, line: sourceLine },
  });
}

/** Lines of an .ipynb mean nothing to people: they count within the cell. */
function sourceOfCell({ number, source }: Cell, file: string): SqlSource {
  return { file: `${file} (cell ${number})`, text: source };
}

/** All SQL cells as one text, each where it stands in the file: SET and USE hold for the cells below. */
function sourceOfCells(cells: readonly Cell[], file: string): readonly SqlSource[] {
  if (cells.length === 0) return [];
  const lines: string[] = [];
  for (const { line, source, sourceLine } of cells) {
    while (lines.length < sourceLine - 1) lines.push("");
    // The end of a cell ends a statement, too.
    if (line < sourceLine) lines[line - 1] = ";";
    lines.push(...source.split("\n"));
  }
  return [{ file, text: lines.join("\n") }];
}

/** The file as it is: cells of other languages are comments in it. */
function moduleText({ format, text }: NotebookDocument, code: readonly Cell[]): string {
  if (format === "typescript") return text;
  const lines: string[] = text.split("\n").map(() => "");
  for (const { source, sourceLine } of code) {
    for (const [i, line] of source.split("\n").entries()) lines[sourceLine - 1 + i] = line;
  }
  return lines.join("\n");
}

const OF_NOTEBOOKS = ["dbutils", "display", "displayHTML", "_sqldf"];

/** Refuses whatever is done with it. */
function notThere(name: string): unknown {
  const refuse = (): never => {
    throw new LakeletError({
      condition: "UNSUPPORTED_FEATURE.PIPELINE_NOTEBOOK",
      sqlState: "0A000",
      problem: `The sources of a pipeline have no ${name}.`,
      cure: "Give values by the pipeline's configuration, spark.conf.get(key), and do what else is to be done in a notebook task.",
    });
  };
  return new Proxy(refuse, { get: refuse, apply: refuse });
}

type RunModule = (module: Module) => Promise<unknown>;

/** A loader of its own: each reading of the sources runs all modules anew. */
async function moduleRunner(folder: string): Promise<RunModule> {
  const names = await import("../../pipeline.js");
  const jiti = createJiti(pathToFileURL(folder).href, {
    virtualModules: {
      "lakelet/pipeline": names,
      // A notebook that is a source: its session is the pipeline's, and there is nobody to show anything to.
      "lakelet/notebook": { ...names, ...Object.fromEntries(OF_NOTEBOOKS.map((name) => [name, notThere(name)])) },
      lakelet: await import("../../index.js"),
    },
    interopDefault: true,
    tsconfigPaths: false,
  });
  // A module that an earlier reading loaded may have changed, and what it declares would be missing.
  for (const path of Object.keys(jiti.cache)) if (!path.includes(`${sep}node_modules${sep}`)) delete jiti.cache[path];
  return ({ file, text }) =>
    Promise.resolve(jiti.evalModule(text, { filename: file, id: file, ext: ".ts", async: true }));
}

async function runModule(module: Module, run: RunModule): Promise<void> {
  try {
    await run(module);
  } catch (error) {
    const line = lineInStack(error, module.file);
    const location = { file: shownFile(module.file), ...(line === undefined ? {} : { line }) };
    if (isLakeletError(error)) throw locatedAt(error, location);
    throw new LakeletError({
      condition: "PIPELINE_SOURCE_FAILED",
      sqlState: "42000",
      problem: error instanceof Error ? `${error.name}: ${error.message}` : `A value was thrown: ${String(error)}`,
      reason: "The module failed while it was loaded, so what it declares is not known.",
      location,
      cause: error,
    });
  }
}
