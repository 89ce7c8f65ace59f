/** Runs the statements of a SQL cell: widgets as `:name`, the last result shown and kept as `_sqldf`. */
import type { DataFrame } from "../../dataframe/data-frame.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { splitStatements } from "../../sql/parse/parse.js";
import { syntaxErrorLine } from "../failure.js";
import type { NotebookContext } from "./notebook-context.js";
import type { Cell, NotebookDocument } from "./notebook-document.js";
import { performWidgetStatement, widgetStatement } from "./widget-statement.js";

/** Statements that say in a sentence what they did, and give few rows. */
const COMMAND =
  /^(CREATE|INSERT|MERGE|UPDATE|DELETE|COPY|ALTER|DROP|UNDROP|OPTIMIZE|VACUUM|RESTORE|TRUNCATE|REORG|REFRESH|MSCK|CONVERT|ANALYZE|CACHE|UNCACHE|CLEAR|COMMENT|USE|SET|RESET|DECLARE)\b/i;

/** What no setting is set to. */
const UNSET = "\u0000unset";

export async function runSqlCell(context: NotebookContext, document: NotebookDocument, cell: Cell): Promise<void> {
  const statements = splitStatements(cell.source);
  for (const [i, { text, start }] of statements.entries()) {
    context.throwIfEnded();
    const before = cell.source.slice(0, start).split("\n").length - 1;
    const line = (document.format === "ipynb" ? 0 : cell.sourceLine - 1) + before;
    try {
      // An error counts the lines of what it is given: here those of the file.
      await runStatement(context, `${"\n".repeat(line)}${text}`, i === statements.length - 1);
    } catch (error) {
      // An error that does not tell its line is its statement's.
      const told = syntaxErrorLine(error) ?? line + 1;
      const offset = document.format === "ipynb" ? cell.sourceLine - 1 : 0;
      context.failedAt = { document, cell, line: told + offset };
      throw error;
    }
  }
}

async function runStatement(context: NotebookContext, text: string, last: boolean): Promise<void> {
  const { spark } = context.options;
  const widget = widgetStatement(text);
  if (widget) return performWidgetStatement(widget, context);
  refuseSpliced(text, context);
  const values = context.widgets.getAll();
  if (last && !COMMAND.test(text.trim())) return show(context, await spark.sql(text, values));
  const { schema, rows, statements } = await spark.execute(text, values);
  const summary = statements.map((one) => `${one.summary}\n`).join("");
  if (summary !== "" && COMMAND.test(text.trim())) context.output({ kind: "text", stream: "stdout", text: summary });
  if (last && schema.fields.length > 0) await show(context, spark.createDataFrame(rows, schema));
}

async function show(context: NotebookContext, result: DataFrame): Promise<void> {
  context.sqlResult = result;
  const { fields } = await result.schema();
  if (fields.length > 0) await result.display();
}

/** `${name}` puts a widget's text into the statement on Databricks, where it is deprecated: a value could become a statement. */
function refuseSpliced(text: string, context: NotebookContext): void {
  const known = context.widgets.getAll();
  for (const [whole, name = ""] of text.matchAll(/\$\{\s*(\w+)\s*\}/g)) {
    if (!Object.hasOwn(known, name) || context.options.spark.conf.get(name, UNSET) !== UNSET) continue;
    throw new LakeletError({
      condition: "UNSUPPORTED_FEATURE.WIDGET_SUBSTITUTION",
      sqlState: "0A000",
      problem: `${whole} would put the widget's text into the statement.`,
      cure: `Write :${name}, or IDENTIFIER(:${name}) for the name of a table.`,
      parameters: { name },
    });
  }
}
