/** EXPLAIN: the engine's plan under Spark's headings, with the files that each table gives and those that were skipped. */
import { LakeletError } from "../../../errors/lakelet-error.js";
import { STRING } from "../../../schema/data-type.js";
import type { Statement } from "../../../sql/statement.js";
import { resultOf, type StatementContext, type StatementResult } from "../statement-context.js";

type Explain = Extract<Statement, { kind: "explain" }>;

/** One row, as Spark gives it; a query that cannot be planned is told so in rows and no error, as in Spark. */
export async function explain({ mode, statement, text }: Explain, context: StatementContext): Promise<StatementResult> {
  try {
    return planRows([await planText(mode, statement, text, context)]);
  } catch (error) {
    if (!(error instanceof LakeletError)) throw error;
    return planRows(["Error occurred during query planning: ", error.message]);
  }
}

function planText(
  mode: Explain["mode"],
  statement: Statement,
  text: string,
  context: StatementContext,
): Promise<string> {
  if (statement.kind === "query") return context.executor.explain(context.queryPlan(text), depth(mode));
  const what = `== Physical Plan ==\nExecute ${statement.kind.toUpperCase().replaceAll("-", " ")}\n`;
  if (!("query" in statement) || statement.query === undefined) return Promise.resolve(what);
  return context.withQuery(statement.query, async ({ sql }) => {
    const { rows } = await context.runtime.engine.run(`EXPLAIN ${sql}`);
    return `${what}\n${rows.map((row) => String(row[1] ?? row[0])).join("\n")}`;
  });
}

function depth(mode: Explain["mode"]): "simple" | "extended" {
  return mode === "extended" ? "extended" : "simple";
}

function planRows(texts: readonly string[]): StatementResult {
  return resultOf(
    [["plan", STRING]],
    texts.map((one) => [one]),
  );
}
