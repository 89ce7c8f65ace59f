/** `lakelet quality [table]`: how the tables' checks went, bad rows, profiles; a page of it; suggestions; checks of files. */
import { Command, Option } from "commander";
import { EXIT_FAILED, EXIT_USAGE, ExitError } from "./exit.js";
import { positiveInteger } from "./whole-number.js";

interface QualityOptions {
  readonly html?: string;
  readonly history?: boolean;
  readonly profile?: boolean;
  readonly suggest?: "sql" | "typescript" | "yaml" | true;
  readonly check?: string | true;
  readonly last: number;
  readonly samples: number;
  readonly warehouse?: string;
  readonly json?: boolean;
}

export function qualityCommand(): Command {
  return new Command("quality")
    .description("how the checks of tables went, which rows are bad, and what the columns hold")
    .argument("[table]", "one table in full; all that have checks, in short, where left out")
    .option("--history", "each result of each check, not the last one alone")
    .option("--profile", "look at the table's columns now, and keep what is found")
    .addOption(
      new Option("--suggest [format]", "profile the table and print checks that it satisfies").choices(SUGGEST_FORMATS),
    )
    .option(
      "--check [file]",
      "evaluate the expectations of a file, or of all files of the folder quality; exit code 1 where one fails",
    )
    .option("--html <file>", "write a page for others, too: it needs no network and runs no script")
    .option("--last <count>", "results of a check to look back at", positiveInteger, 30)
    .addOption(new Option("--samples <count>", "bad rows of each kind to show").argParser(count).default(5))
    .option("--warehouse <dir>", "folder of the tables, instead of the project's")
    .option("--json", "print what is known as JSON")
    .action(quality);
}

const SUGGEST_FORMATS = ["sql", "typescript", "yaml"];

function count(text: string): number {
  return text === "0" ? 0 : positiveInteger(text);
}

async function quality(table: string | undefined, options: QualityOptions): Promise<void> {
  if (options.check !== undefined) return check(options.check, table, options);
  if (options.suggest !== undefined) return suggest(table, options);
  const [{ profileOf, qualityReport }, { reportLines }] = await Promise.all([
    import("../workspace/quality.js"),
    import("./progress/quality-lines.js"),
  ]);
  const { history, last, samples, warehouse, html, profile } = options;
  if (profile) await profileOf(named(table, "--profile"), warehouse);
  const asked = {
    history: last,
    samples,
    ...(table !== undefined && { table }),
    ...(warehouse !== undefined && { warehouse }),
  };
  const report = await qualityReport(asked, html);
  if (options.json) return print(JSON.stringify(report, undefined, 2));
  await printLines(reportLines(report, { full: table !== undefined, history: history === true, columns: columns() }));
  if (html !== undefined) process.stdout.write(`The page is ${html}\n`);
}

async function suggest(table: string | undefined, { suggest: format, warehouse, json }: QualityOptions): Promise<void> {
  const wanted = named(table, "--suggest");
  const [{ suggestedChecks, suggestionText }, { suggestionLines }] = await Promise.all([
    import("../workspace/quality.js"),
    import("./progress/quality-lines.js"),
  ]);
  const found = await suggestedChecks(wanted, warehouse);
  if (json) return print(JSON.stringify(found.checks, undefined, 2));
  if (typeof format === "string") process.stdout.write(suggestionText(found.table, found.checks, format));
  else await printLines(suggestionLines(found));
}

async function check(file: string | true, table: string | undefined, options: QualityOptions): Promise<void> {
  const [{ checkFiles }, { checkedLines }] = await Promise.all([
    import("../workspace/quality.js"),
    import("./progress/quality-lines.js"),
  ]);
  const checked = await checkFiles(file === true ? undefined : file, table, options.warehouse);
  if (options.json) print(JSON.stringify(checked, undefined, 2));
  else await printLines(checkedLines(checked));
  if (checked.some(({ failed }) => failed)) throw new ExitError(EXIT_FAILED);
}

function named(table: string | undefined, option: string): string {
  if (table !== undefined) return table;
  process.stderr.write(`${option} is about one table: lakelet quality <table> ${option}\n`);
  throw new ExitError(EXIT_USAGE);
}

function columns(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns : undefined;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function printLines(lines: readonly string[]): Promise<void> {
  const { terminalText } = await import("./progress/terminal-text.js");
  print(terminalText(lines.join("\n")));
}
