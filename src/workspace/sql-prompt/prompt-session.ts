/** The session behind the prompt of `lakelet sql`: one statement after the other, what the Tab key offers, and the history. */
import { join } from "node:path";
import { DataFrame } from "../../dataframe/data-frame.js";
import { planNode } from "../../dataframe/plan-id.js";
import { typeText } from "../../schema/type-text.js";
import type { LocalSession } from "../../session/local-session.js";
import { allFunctions } from "../../sql/functions/registry.js";
import { parseStatements } from "../../sql/parse/parse.js";
import { projectHere } from "../project-here.js";
import { cancelWhen, openSqlSession, sqlErrorBody } from "../run-sql.js";
import { type Completion, completionOf } from "./completion.js";
import { markedLine } from "./error-place.js";
import { PromptHistory } from "./prompt-history.js";

export interface PromptResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** As Spark's cast to string gives them; null for NULL. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** True where the statement has more rows than were asked for. */
  readonly hasMore: boolean;
  /** What a command did. */
  readonly summary?: string;
  readonly milliseconds: number;
}

export interface RunOptions {
  /** Rows at most. */
  readonly limit: number;
  /** Cancels the statement. */
  readonly signal: AbortSignal;
}

export class PromptSession {
  readonly history: PromptHistory;

  private constructor(
    private readonly spark: LocalSession,
    readonly warehouse: string,
    state: string,
  ) {
    this.history = new PromptHistory(join(state, "sql_history"));
  }

  static async open(warehouse?: string): Promise<PromptSession> {
    const project = await projectHere();
    return new PromptSession(await openSqlSession(project, warehouse), warehouse ?? project.warehouse, project.state);
  }

  /** `main.default` */
  get schema(): string {
    const { catalog, schema } = this.spark.runtime.state.current;
    return `${catalog}.${schema}`;
  }

  /** Throws what the statement throws; {@link errorText} says it. */
  async run(statement: string, { limit, signal }: RunOptions): Promise<PromptResult> {
    const cancellation = cancelWhen(signal, this.spark);
    const start = performance.now();
    try {
      const result = isQuery(statement) ? await this.#query(statement, limit) : await this.#command(statement, limit);
      return { ...result, milliseconds: performance.now() - start };
    } finally {
      cancellation.end();
    }
  }

  async #query(statement: string, limit: number): Promise<Omit<PromptResult, "milliseconds">> {
    const frame = await this.spark.sql(statement);
    const { fields } = await frame.schema();
    const plan = planNode({ kind: "limit", input: frame.plan, count: limit + 1, offset: 0 });
    const { rows } = await this.spark.executor.texts(plan);
    const columns = fields.map((one) => ({ name: one.name, type: typeText(one.dataType) }));
    return { columns, rows: rows.slice(0, limit), hasMore: rows.length > limit };
  }

  async #command(statement: string, limit: number): Promise<Omit<PromptResult, "milliseconds">> {
    const { schema, rows, statements } = await this.spark.execute(statement);
    const columns = schema.fields.map((one) => ({ name: one.name, type: typeText(one.dataType) }));
    if (columns.length === 0) {
      return { columns, rows: [], hasMore: false, summary: statements.map((one) => one.summary).join("\n") || "OK" };
    }
    const frame = new DataFrame(planNode({ kind: "rows", schema, rows: rows.slice(0, limit) }), this.spark.executor);
    const texts = await this.spark.executor.texts(frame.plan);
    return { columns, rows: texts.rows, hasMore: rows.length > limit };
  }

  /** The line with a mark at the place, where that is known, and the message with Spark's condition. */
  errorText(statement: string, error: unknown): string {
    const line = markedLine(statement, error);
    const { message } = sqlErrorBody(error);
    return line === undefined ? message : `${line}\n${message}`;
  }

  /** @param text the statement up to the cursor */
  complete(text: string, rest: string): Promise<Completion> {
    const { runtime } = this.spark;
    const names = async (sql: string, place: number): Promise<readonly string[]> => {
      const { rows } = await this.spark.execute(sql);
      return rows.map((row) => String(row[place]));
    };
    return completionOf(text, rest, {
      tables: () => names("SHOW TABLES", 1),
      schemas: () => runtime.catalog.schemas(runtime.state.current.catalog),
      tablesOf: (schema) => names(`SHOW TABLES IN ${schema}`, 1).catch(() => []),
      columns: async (table) =>
        this.spark
          .table(table)
          .columns()
          .catch(() => []),
      functions: functionNames(),
    });
  }

  async close(): Promise<void> {
    this.history.save();
    await this.spark.stop();
  }
}

/** Those that are written as calls by name. */
function functionNames(): readonly string[] {
  const known = allFunctions().filter((one) => one.kind !== "refused");
  return known.flatMap((one) => one.names).filter((name) => /^[a-z][a-z0-9_]*$/.test(name));
}

/** A text that is no statement is run as a command, which says what is wrong. */
function isQuery(statement: string): boolean {
  try {
    return parseStatements(statement)[0]?.statement.kind === "query";
  } catch {
    return false;
  }
}
