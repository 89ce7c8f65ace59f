/** `lakelet notebook run | export` */
import { Command, Option } from "commander";
import type { ExportFormat } from "../workspace/export-notebook.js";
import type { RanNotebook } from "../workspace/run-notebook.js";
import { EXIT_FAILED, ExitError } from "./exit.js";
import { interruptible } from "./interruption.js";
import { type Parameters, parameterOption } from "./parameter-option.js";

interface RunOptions {
  readonly param: Parameters;
  readonly to?: ExportFormat;
  readonly output?: string;
  readonly json?: boolean;
}

export function notebookCommand(): Command {
  const notebook = new Command("notebook").description("run a notebook by itself, and export what a run of one showed");
  notebook
    .command("run")
    .description("run a .ts, .sql or .ipynb notebook and show what its cells give")
    .argument("<file>", "path of the notebook; the extension may be left out")
    .addOption(parameterOption("value of a widget"))
    .addOption(formatOption("write the cells with their results to a file, too"))
    .option("-o, --output <file>", "that file, instead of the notebook's name here")
    .option("--json", "print the cells with their results as JSON")
    .action(run);
  notebook
    .command("export")
    .description("write the cells of a job's notebook, with their results, to a file")
    .argument("<run>", "<run id>, or <run id>/<task key> where the run has several notebooks")
    .addOption(formatOption("of the file").default("html"))
    .option("-o, --output <file>", "the file, instead of <run id>-<task key> here; - for standard output")
    .action(exportRun);
  return notebook;
}

function formatOption(description: string): Option {
  return new Option("--to <format>", description).choices(["html", "ipynb"]);
}

async function run(path: string, options: RunOptions): Promise<void> {
  const [{ runNotebookFile }, { NotebookView }] = await Promise.all([
    import("../workspace/run-notebook.js"),
    import("./progress/notebook-view.js"),
  ]);
  const interruption = interruptible();
  const view = new NotebookView(options.json !== true);
  const { param: parameters } = options;
  const ran = await runNotebookFile({
    path,
    parameters,
    onEvent: (event) => view.event(event),
    signal: interruption.signal,
  });
  await view.end(ran, retryCommand(path, parameters));
  if (options.json) process.stdout.write(`${JSON.stringify(body(ran), undefined, 2)}\n`);
  if (options.to !== undefined || options.output !== undefined) await writeRun(ran, options);
  const code = interruption.code ?? (ran.result.state === "SUCCESS" ? 0 : EXIT_FAILED);
  endSoon(code);
  if (code !== 0) throw new ExitError(code);
}

const GRACE_MS = 500;

/** What a notebook left open, a server or a timer, does not keep the command. */
function endSoon(code: number): void {
  setTimeout(() => process.exit(code), GRACE_MS).unref();
}

function body({ file, result, startedAt, endedAt, run }: RanNotebook): unknown {
  return {
    file,
    state: result.state,
    ...(result.state === "SUCCESS" ? { exit_value: result.exitValue } : { error: result.failure }),
    start_time: startedAt,
    end_time: endedAt,
    cells: run?.cells ?? [],
  };
}

async function writeRun({ run, file, startedAt, endedAt }: RanNotebook, options: RunOptions): Promise<void> {
  if (!run) return;
  const [{ exportedText, writeExport }, { basename, extname }, { durationText }] = await Promise.all([
    import("../workspace/export-notebook.js"),
    import("node:path"),
    import("./progress/words.js"),
  ]);
  const format = options.to ?? (options.output?.endsWith(".ipynb") ? "ipynb" : "html");
  // An .ipynb would be written over itself.
  const own = basename(file, extname(file)) + (format === "ipynb" && file.endsWith(".ipynb") ? ".run" : "");
  const target = options.output ?? `${own}.${format}`;
  const given = Object.entries(options.param).map(([name, value]) => `${name}=${value}`);
  const facts = [`${new Date(startedAt).toISOString()}, ${durationText(endedAt - startedAt)}`, ...given];
  const text = exportedText(run, format, facts);
  if (target === "-") process.stdout.write(text);
  else {
    writeExport(target, text);
    process.stderr.write(`Wrote ${target}\n`);
  }
}

async function exportRun(reference: string, { to, output }: { readonly to: ExportFormat; readonly output?: string }) {
  const [{ openProject }, { exportedText, keptNotebook, writeExport }] = await Promise.all([
    import("../workspace/project.js"),
    import("../workspace/export-notebook.js"),
  ]);
  const { run, taskKey, facts } = keptNotebook(openProject(), reference);
  const text = exportedText(run, to, facts);
  const target = output ?? `${reference.split("/")[0]}-${taskKey}.${to}`;
  if (target === "-") process.stdout.write(text);
  else {
    writeExport(target, text);
    process.stdout.write(`Wrote ${target}\n`);
  }
}

function retryCommand(path: string, parameters: Parameters): readonly string[] {
  const values = Object.entries(parameters).flatMap(([name, value]) => ["--param", `${name}=${value}`]);
  return ["npx", "lakelet", "notebook", "run", path, ...values];
}
