/** `lakelet quarantine list|show|replay`: rows that a gate held back. */
import { Command, InvalidArgumentError, Option } from "commander";
import { ExitError, exitCodeOf } from "./exit.js";
import { positiveInteger } from "./whole-number.js";

export function quarantineCommand(): Command {
  return new Command("quarantine")
    .description("rows that a quality gate held back: look at them, mend them, publish them after all")
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(replayCommand());
}

function listCommand(): Command {
  return new Command("list")
    .description("the tables that have rows in quarantine, and why")
    .option("--warehouse <dir>", WAREHOUSE)
    .option("--json", "print as JSON")
    .action(list);
}

function showCommand(): Command {
  return new Command("show")
    .description("the rows of a table that were held back, newest first")
    .argument("<table>")
    .option("--where <condition>", "Spark SQL over the quarantine's columns")
    .option("--limit <count>", "rows to show", positiveInteger, 20)
    .addOption(new Option("--format <format>", "of the rows").choices(["table", "json", "csv"]).default("table"))
    .option("--warehouse <dir>", WAREHOUSE)
    .action(show);
}

function replayCommand(): Command {
  return new Command("replay")
    .description("publish held back rows through the gate that held them, mended where --set says so")
    .argument("<table>")
    .option("--where <condition>", "only these rows: Spark SQL over the quarantine's columns")
    .option("--set <column=expression>", "mend a column by Spark SQL; may be given again", assignment)
    .option("--on <columns>", "merge by these key columns instead of appending", names)
    .option("--check <file>", "expectations of this file in place of those that held the rows back")
    .option("--dry-run", "say what would happen, write nothing")
    .option("--warehouse <dir>", WAREHOUSE)
    .option("--json", "print the result as JSON")
    .action(replay);
}

const WAREHOUSE = "folder of the tables, instead of the project's";

type Assignments = Readonly<Record<string, string>>;

function assignment(text: string, before: Assignments = {}): Assignments {
  const at = text.indexOf("=");
  const column = text.slice(0, Math.max(0, at)).trim();
  const expression = text.slice(at + 1).trim();
  if (column === "" || expression === "")
    throw new InvalidArgumentError('Write column=expression, e.g. --set "status=lower(status)".');
  return { ...before, [column]: expression };
}

function names(text: string): readonly string[] {
  return text.split(",").map((one) => one.trim());
}

async function list({ warehouse, json }: { readonly warehouse?: string; readonly json?: boolean }): Promise<void> {
  const [{ quarantinedTables }, { terminalText }] = await Promise.all([
    import("../workspace/quarantine.js"),
    import("./progress/terminal-text.js"),
  ]);
  const tables = await quarantinedTables(warehouse);
  if (json) return print(JSON.stringify(tables, undefined, 2));
  if (tables.length === 0) return print("No table has rows in quarantine.");
  for (const { table, rows, reasons } of tables) {
    print(`${table}  ${rowsText(rows)}`);
    for (const one of reasons) print(`  ${String(one.rows).padStart(9)}  ${terminalText(one.reason)}`);
  }
}

interface ShowOptions {
  readonly where?: string;
  readonly limit: number;
  readonly format: "table" | "json" | "csv";
  readonly warehouse?: string;
}

async function show(table: string, { format, ...options }: ShowOptions): Promise<void> {
  const [{ quarantinedRows, sqlErrorBody }, { formatResult }] = await Promise.all([
    import("../workspace/quarantine.js"),
    import("./result-format.js"),
  ]);
  try {
    process.stdout.write(await formatResult(await quarantinedRows({ table, ...options }), format));
  } catch (error) {
    const { message, condition } = sqlErrorBody(error);
    process.stderr.write(`${message}\n`);
    throw new ExitError(exitCodeOf(condition));
  }
}

interface ReplayOptions {
  readonly where?: string;
  readonly set?: Assignments;
  readonly on?: readonly string[];
  readonly check?: string;
  readonly dryRun?: boolean;
  readonly warehouse?: string;
  readonly json?: boolean;
}

async function replay(table: string, { json, dryRun = false, ...options }: ReplayOptions): Promise<void> {
  const { replayQuarantine } = await import("../workspace/quarantine.js");
  const result = await replayQuarantine({ table, dryRun, ...options, set: options.set ?? {} });
  if (json)
    return print(JSON.stringify(result, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value), 2));
  const { selected, replayed, remaining, version, violations } = result;
  const done = dryRun ? "would be published" : "published";
  const where = version === undefined ? "" : ` in version ${version}`;
  print(
    `${rowsText(selected)} chosen: ${replayed} ${done}${where}, ${remaining} still ${Number(remaining) === 1 ? "breaks a rule and stays" : "break a rule and stay"} in quarantine.`,
  );
  for (const one of violations) print(`  ${String(one.rows).padStart(9)}  ${one.expectation}`);
}

function rowsText(rows: number | bigint): string {
  return Number(rows) === 1 ? "1 row" : `${rows} rows`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
