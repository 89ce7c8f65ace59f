/** `lakelet sql "<statements>"`, or without them a prompt. */
import { Command, Option } from "commander";
import { EXIT_USAGE, ExitError, exitCodeOf } from "./exit.js";
import { interruptible } from "./interruption.js";
import { type Parameters, parameterOption } from "./parameter-option.js";

interface SqlOptions {
  readonly file?: string;
  readonly warehouse?: string;
  readonly format: "table" | "json" | "csv";
  readonly param: Parameters;
}

export function sqlCommand(): Command {
  return new Command("sql")
    .description(
      "run Spark SQL statements, separated by semicolons, and print the last result; at a terminal without statements: a prompt",
    )
    .argument("[statements]")
    .option("-f, --file <file>", "read the statements from a file; - for standard input")
    .option("--warehouse <dir>", "folder of the tables, instead of the project's")
    .addOption(new Option("--format <format>", "of the result").choices(["table", "json", "csv"]).default("table"))
    .addOption(parameterOption("value of a :name marker"))
    .action(sql);
}

async function sql(statements: string | undefined, options: SqlOptions): Promise<void> {
  if (statements === undefined && options.file === undefined && process.stdin.isTTY && process.stdout.isTTY) {
    const { sqlPrompt } = await import("./sql-prompt/prompt.js");
    return sqlPrompt(options.warehouse);
  }
  const text = statements ?? (await textOf(options.file));
  if (text === undefined || (statements !== undefined && options.file !== undefined)) {
    process.stderr.write("Give either statements or --file.\n");
    throw new ExitError(EXIT_USAGE);
  }
  const [{ runSql, sqlErrorBody }, { formatResult }] = await Promise.all([
    import("../workspace/run-sql.js"),
    import("./result-format.js"),
  ]);
  const interruption = interruptible();
  try {
    const warehouse = options.warehouse === undefined ? {} : { warehouse: options.warehouse };
    const result = await runSql({ text, parameters: options.param, ...warehouse, signal: interruption.signal });
    process.stdout.write(await formatResult(result, options.format));
  } catch (error) {
    const body = sqlErrorBody(error);
    const isForPeople = options.format === "table" && process.stderr.isTTY;
    process.stderr.write(options.format === "json" ? "" : `${body.message}\n`);
    if (!isForPeople) process.stderr.write(`${JSON.stringify({ error: body })}\n`);
    throw new ExitError(interruption.code ?? exitCodeOf(body.condition));
  }
  // The signal came too late to stop it.
  if (interruption.code !== undefined) throw new ExitError(interruption.code);
}

async function textOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const { readFileSync } = await import("node:fs");
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    process.stderr.write(`The file ${file} cannot be read: ${(error as Error).message}\n`);
    throw new ExitError(EXIT_USAGE);
  }
}
