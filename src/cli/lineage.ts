/** `lakelet lineage <table>`: what a table is made of, and what is made of it. */
import { Command } from "commander";
import { EXIT_USAGE, ExitError } from "./exit.js";

interface LineageOptions {
  readonly columns?: boolean;
  readonly upstream?: boolean;
  readonly downstream?: boolean;
  readonly warehouse?: string;
  readonly json?: boolean;
}

export function lineageCommand(): Command {
  return new Command("lineage")
    .description("what a table is made of, and what is made of it")
    .argument("<table>", "a table, e.g. gold.daily_sales, or a path")
    .option("-c, --columns", "column by column")
    .option("--upstream", "only what it is made of")
    .option("--downstream", "only what is made of it")
    .option("--warehouse <dir>", "folder of the tables, instead of the project's")
    .option("--json", "as JSON")
    .action(lineage);
}

async function lineage(table: string, options: LineageOptions): Promise<void> {
  const { columns = false, upstream, downstream, warehouse, json } = options;
  if (upstream && downstream) {
    process.stderr.write("Both are shown where neither --upstream nor --downstream is given.\n");
    throw new ExitError(EXIT_USAGE);
  }
  const [{ tableLineage }, { lineageLines }, { paintFor }, { terminalText }] = await Promise.all([
    import("../workspace/lineage.js"),
    import("./progress/lineage-lines.js"),
    import("./progress/words.js"),
    import("./progress/terminal-text.js"),
  ]);
  const direction = upstream ? "upstream" : downstream ? "downstream" : undefined;
  const found = await tableLineage({ table, columns, direction, warehouse });
  const text = json
    ? JSON.stringify(found, undefined, 2)
    : terminalText(lineageLines(found, paintFor(process.stdout)).join("\n"));
  process.stdout.write(`${text}\n`);
}
