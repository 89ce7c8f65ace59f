/** Executes Spark SQL statements: queries through plans, everything else through commands and the catalog. */
import type { Plan } from "../../dataframe/plan.js";
import { planNode } from "../../dataframe/plan-id.js";
import { asksForFile } from "../../dataframe/plan-text.js";
import { refuseWhereReadOnly } from "../../dataframe/read-only.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { bindParameters } from "../../sql/parse/bind-parameters.js";
import { parseStatements } from "../../sql/parse/parse.js";
import { substituteVariables } from "../../sql/parse/substitute-variables.js";
import type { ParsedStatement, Statement } from "../../sql/statement.js";
import type { ExecutionResult } from "../contract.js";
import type { PlanExecutor } from "./plan-executor.js";
import type { Runtime } from "./runtime.js";
import { NO_ROWS, type StatementContext, type StatementResult } from "./statement-context.js";
import { type Parameters, StatementError, statementsOf } from "./statement-texts.js";
import { executeImmediate } from "./statements/execute-immediate.js";
import { explain } from "./statements/explain.js";

export { StatementError };

export class StatementExecutor {
  constructor(
    private readonly runtime: Runtime,
    private readonly executor: PlanExecutor,
  ) {}

  /** One statement: a query is analysed and becomes a plan, a command is run and its rows become a plan. */
  async plan(text: string, parameters: Parameters): Promise<Plan> {
    const [parsed, ...more] = parseStatements(bindParameters(this.substituted(text), parameters));
    if (!parsed || more.length > 0) throw notOneStatement(more.length + (parsed ? 1 : 0));
    if (parsed.statement.kind === "query") {
      const plan = planNode({ kind: "sql", text: parsed.text });
      await this.executor.schema(plan);
      return plan;
    }
    const result = await this.execute(parsed);
    return planNode({ kind: "rows", schema: result.schema, rows: result.rows });
  }

  /** All statements in order. */
  async executeAll(text: string, parameters: Parameters): Promise<ExecutionResult> {
    const statements: { readonly kind: string; readonly summary: string }[] = [];
    let last: StatementResult = NO_ROWS;
    for (const [i, parse] of statementsOf(text, parameters, (one) => this.substituted(one)).entries()) {
      try {
        for (const parsed of parse()) {
          last = await this.execute(parsed);
          statements.push({ kind: parsed.statement.kind, summary: last.summary ?? rowCount(last.rows.length) });
        }
      } catch (error) {
        throw error instanceof Error ? new StatementError(i, error) : error;
      }
    }
    return { schema: last.schema, rows: last.rows, statements };
  }

  private substituted(text: string): string {
    const { state } = this.runtime;
    if (state.get("spark.sql.variable.substitute")?.toLowerCase() === "false") return text;
    return substituteVariables(
      text,
      (key) => state.get(key),
      (name) => process.env[name],
    );
  }

  private async execute(parsed: ParsedStatement): Promise<StatementResult> {
    const context: StatementContext = {
      runtime: this.runtime,
      executor: this.executor,
      text: parsed.text,
      queryPlan: (text) => planNode({ kind: "sql", text }),
      withQuery: (query, run, persistent) => this.executor.withQuery(query, asksForFile(parsed.text), run, persistent),
    };
    return this.dispatch(parsed.statement, context);
  }

  private async dispatch(statement: Statement, context: StatementContext): Promise<StatementResult> {
    if (statement.kind === "query") return this.query(context.text, context);
    if (statement.kind === "explain") return explain(statement, context);
    if (!READING.test(statement.kind)) refuseWhereReadOnly(`spark.sql("${firstWords(context.text)}")`);
    if (statement.kind === "execute-immediate")
      return executeImmediate(statement, context, (parsed) => this.execute(parsed));
    if (statement.kind === "unsupported") throw unsupported(statement.name, statement.alternative);
    const { executeCommand } = await import("./command-statements.js");
    const result = await executeCommand(statement, context);
    if (!result) throw unsupported(statement.kind.replaceAll("-", " ").toUpperCase(), undefined);
    return result;
  }

  private async query(text: string, context: StatementContext): Promise<StatementResult> {
    const { schema, rows } = await this.executor.collect(context.queryPlan(text));
    return { schema, rows };
  }
}

/** Kinds of statements that change nothing. */
const READING = /^(describe|show|list)-/;

function firstWords(text: string): string {
  const words = text.trim().split(/\s+/);
  return words.length > 4 ? `${words.slice(0, 4).join(" ")} ...` : words.join(" ");
}

function notOneStatement(count: number): LakeletError {
  return new LakeletError({
    condition: "PARSE_SYNTAX_ERROR",
    sqlState: "42601",
    problem: `spark.sql takes one statement, not ${count}.`,
    cure: "Call it once for each, or use spark.execute for a text of several.",
  });
}

function unsupported(name: string, alternative: string | undefined): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.STATEMENT",
    sqlState: "0A000",
    problem: `${name} is not supported by this version of lakelet.`,
    ...(alternative === undefined ? {} : { cure: alternative }),
    parameters: { statement: name },
  });
}

function rowCount(count: number): string {
  return count === 1 ? "1 row" : `${count} rows`;
}
