/** Runs the plans of DataFrames: the local QueryExecutor. */
import type { Plan } from "../../dataframe/plan.js";
import { planNode } from "../../dataframe/plan-id.js";
import { asksForFile } from "../../dataframe/plan-text.js";
import type {
  FrameSession,
  MergeIntoRequest,
  QueryExecutor,
  WriteRequest,
  WriteSummary,
} from "../../dataframe/query-executor.js";
import { showText } from "../../dataframe/show.js";
import type { EngineQuery, EngineResult, Row } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { type StructType, struct } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import { typeText } from "../../schema/type-text.js";
import { compileQuery } from "../../sql/analysis/compile-query.js";
import type { Query } from "../../sql/ast.js";
import { castToString } from "../../sql/functions/cast-to-string.js";
import type { Relation } from "../../sql/relation.js";
import type { FunctionContext } from "../../sql/typed.js";
import type { DisplayedTable, QueryLineage } from "../contract.js";
import { keptColumns } from "./cached-rows.js";
import { type CompiledPlan, queryOf, type ReadQuery, schemaOf, selectList, visible } from "./compiled-plan.js";
import { explainedPlan } from "./explained-plan.js";
import { analysedStreams } from "./flows/analysed-streams.js";
import { mayStream, streamingShape } from "./flows/streaming-query.js";
import { gatedMerge } from "./gated-merge.js";
import { lineageOf, type TracedQuery, writingFrom } from "./lineage.js";
import { NameResolver } from "./name-resolver.js";
import { FileSources, type ReadInstead } from "./opened-files.js";
import { type PersistentObject, persistentContext } from "./persistent-object.js";
import { PlanCompiler } from "./plan-compiler.js";
import { resultSql } from "./result-sql.js";
import type { Runtime } from "./runtime.js";
import { sessionTable } from "./session-table.js";
import { writeFrame } from "./write-frame.js";

const DISPLAYED_ROWS = 1000;

export class PlanExecutor implements QueryExecutor {
  constructor(
    private readonly runtime: Runtime,
    readonly session: FrameSession,
  ) {}

  get job(): QueryExecutor["job"] {
    return this.runtime.options.job;
  }

  // Not async, like others here that only hand a promise on: an async one would cut the notebook's line off the stack of an early error.
  schema(plan: Plan): Promise<StructType> {
    return this.compiled(plan, ({ relation }) => Promise.resolve(schemaOf(relation)));
  }

  lineage(plan: Plan): Promise<QueryLineage | undefined> {
    return this.compiled(plan, async ({ relation }, sources) =>
      lineageOf({ ...queryOf(relation), reads: sources.reads }),
    );
  }

  collect(plan: Plan): Promise<EngineResult & { readonly schema: StructType }> {
    return this.running(plan, async (query) => ({
      ...(await this.runtime.engine.run(this.resultSql(query))),
      schema: query.schema,
    }));
  }

  /** Rows of files with malformed lines are read twice: nothing is handed out before the rows are known to be right. */
  async *stream(plan: Plan): AsyncIterable<Row> {
    const sources = new FileSources(this.runtime.engine);
    try {
      const compile = async () => queryOf((await this.compiler(plan, sources).compile(plan)).relation);
      let query = await compile();
      if (!sources.isEmpty) {
        do {
          query = await compile();
          for await (const _ of this.runtime.engine.stream(query.sql));
        } while ((await sources.settle()) === "again");
      }
      const names = query.schema.fields.map((one) => one.name);
      for await (const batch of this.runtime.engine.stream(this.resultSql(query))) {
        for (const row of batch.rows) yield Object.fromEntries(names.map((name, i) => [name, row[i] ?? null]));
      }
    } finally {
      await sources.close();
    }
  }

  arrow(plan: Plan): Promise<Uint8Array> {
    return this.running(plan, (query) => this.runtime.engine.arrow(this.resultSql(query)));
  }

  explain(plan: Plan, mode: "simple" | "extended"): Promise<string> {
    return this.settlingWith(
      async (sources) => ({ sources, query: queryOf((await this.compiler(plan, sources).compile(plan)).relation) }),
      ({ sources, query }) => explainedPlan(this.runtime, query, sources, mode),
    );
  }

  write(request: WriteRequest): Promise<WriteSummary> {
    return writeFrame(this.runtime, request, (run) =>
      this.settling(request.plan, async (query, settled) => run(query, settled)),
    );
  }

  cache(plan: Plan): Promise<Plan> {
    if (plan.kind === "cached") return Promise.resolve(plan);
    const compile = async (sources: FileSources) =>
      keptColumns((await this.compiler(plan, sources).compile(plan)).relation);
    return this.settlingWith(compile, async ({ query, output }, settled) => {
      const relation = await this.runtime.engine.materialize(query.sql);
      await settled();
      const cached = planNode({ kind: "cached", relation, schema: query.schema, source: plan });
      this.runtime.cached.keep(cached, relation, output);
      return cached;
    });
  }

  async uncache(plan: Plan): Promise<void> {
    if (plan.kind === "cached" && this.runtime.cached.release(plan)) await this.runtime.engine.drop(plan.relation);
  }

  async createTempView(name: string, plan: Plan, replace: boolean, global = false): Promise<void> {
    const views = global ? this.runtime.globalTempViews : this.runtime.tempViews;
    if (!replace && views.has(name.toLowerCase())) throw tempViewExists(name);
    await this.schema(plan);
    const relation = async (sources: FileSources, withFile: boolean): Promise<Relation> =>
      (await new PlanCompiler(this.runtime, sources, withFile || asksForFile(plan)).compile(plan)).relation;
    views.set(name.toLowerCase(), Object.assign(relation, { plan }));
  }

  async texts(
    plan: Plan,
  ): Promise<{ readonly names: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }> {
    const names = (await this.schema(plan)).fields.map((one) => one.name);
    const compile = async (sources: FileSources) => {
      const { relation } = await this.compiler(plan, sources).compile(plan);
      return textQuery(relation, this.runtime.state.functionContext());
    };
    const { rows } = await this.settlingWith(compile, (query) => this.runtime.engine.run(query.sql));
    return { names, rows: rows as readonly (readonly (string | null)[])[] };
  }

  async display(plan: Plan): Promise<void> {
    const { onDisplay } = this.runtime.options;
    const table = this.displayedTable(plan);
    if (onDisplay) return void (await (onDisplay(table) ?? table));
    const { names, rows, truncated } = await table;
    console.log(showText(names, rows, { truncate: 40, hasMore: truncated }));
  }

  private async displayedTable(plan: Plan): Promise<DisplayedTable> {
    const first = planNode({ kind: "limit", input: plan, count: DISPLAYED_ROWS + 1, offset: 0 });
    const [{ fields }, { names, rows: read }] = await Promise.all([this.schema(first), this.texts(first)]);
    const rows = read.slice(0, DISPLAYED_ROWS);
    return { names, types: fields.map((one) => typeText(one.dataType)), rows, truncated: read.length > rows.length };
  }

  async mergeInto({ plan, table, condition, clauses, withSchemaEvolution }: MergeIntoRequest): Promise<void> {
    if (clauses.length === 0) throw withoutMergeAction();
    const sourceQualifier =
      plan.kind === "alias" ? [plan.name] : plan.kind === "table" && plan.name.length > 0 ? plan.name : undefined;
    const command = { condition, clauses, sourceQualifier, withSchemaEvolution };
    const target = await sessionTable(this.runtime, table);
    await this.settling(plan, (query, settled) => gatedMerge(this.runtime, target, query, command, [], settled));
  }

  async inputFiles(plan: Plan): Promise<readonly string[]> {
    const files = planNode({
      kind: "aggregate",
      input: planNode({ kind: "project", input: plan, expressions: ["input_file_name() AS file"] }),
      grouping: "groupby",
      keys: ["file"],
      aggregates: [],
    });
    const { rows } = await this.collect(files);
    return rows
      .map(([file]) => String(file))
      .filter((file) => file !== "")
      .sort();
  }

  /** The same for a parsed query, e.g. that of a command. */
  withQuery<Result>(
    query: Query,
    withFile: boolean,
    run: (query: ReadQuery, settled: () => Promise<void>) => Promise<Result>,
    persistent?: PersistentObject,
  ): Promise<Result> {
    const compile = async (sources: FileSources): Promise<ReadQuery> => {
      const inside = persistent === undefined ? {} : { persistent };
      const resolver = new NameResolver(this.runtime, { sources, withFile, ...inside });
      const compiled = await compileQuery(query, {
        resolver,
        context: persistentContext(this.runtime.state.functionContext(), persistent),
      });
      return reading(queryOf({ sql: `(${compiled.sql})`, output: compiled.output }), sources);
    };
    return this.settlingWith(compile, run);
  }

  /** Runs a compiled plan, again where its files turn out to hold malformed lines. */
  running<Result>(plan: Plan, run: (query: EngineQuery) => Promise<Result>): Promise<Result> {
    return this.settling(plan, run);
  }

  /** The same for a run that publishes something: it calls `settled` when all rows were read and before it publishes. */
  settling<Result>(
    plan: Plan,
    run: (query: ReadQuery, settled: () => Promise<void>) => Promise<Result>,
    instead?: ReadInstead,
  ): Promise<Result> {
    return this.settlingWith(
      async (sources) => reading(queryOf((await this.compiler(plan, sources).compile(plan)).relation), sources),
      run,
      instead,
    );
  }

  private async settlingWith<Query, Result>(
    compile: (sources: FileSources) => Promise<Query>,
    run: (query: Query, settled: () => Promise<void>) => Promise<Result>,
    instead?: ReadInstead,
  ): Promise<Result> {
    const sources = new FileSources(this.runtime.engine, undefined, instead);
    try {
      for (;;) {
        try {
          const query = await compile(sources);
          const traced = query as Query & TracedQuery;
          const result =
            traced.origins === undefined
              ? await run(query, () => settle(sources))
              : await writingFrom(traced, () => run(query, () => settle(sources)));
          await settle(sources);
          return result;
        } catch (error) {
          if (!(error instanceof RowsChanged)) throw error;
        }
      }
    } finally {
      await sources.close();
    }
  }

  private async compiled<Result>(
    plan: Plan,
    use: (compiled: CompiledPlan, sources: FileSources) => Promise<Result>,
  ): Promise<Result> {
    const sources = new FileSources(this.runtime.engine, analysedStreams(this.runtime));
    try {
      if (mayStream(plan)) await streamingShape(this.runtime, plan);
      return await use(await this.compiler(plan, sources).compile(plan), sources);
    } finally {
      await sources.close();
    }
  }

  private resultSql(query: EngineQuery): string {
    return resultSql(query, this.runtime.state.functionContext());
  }

  private compiler(plan: Plan, sources: FileSources): PlanCompiler {
    return new PlanCompiler(this.runtime, sources, asksForFile(plan));
  }
}

async function reading(query: EngineQuery, sources: FileSources): Promise<ReadQuery> {
  return { ...query, reads: sources.reads, snapshots: await sources.snapshots() };
}

/** The rows were not right yet, and the query has to start over; never leaves this file. */
class RowsChanged extends Error {
  override readonly name = "RowsChanged";
}

async function settle(sources: FileSources): Promise<void> {
  if (!sources.isEmpty && (await sources.settle()) === "again") throw new RowsChanged();
}

/** The visible columns as the text that Spark shows. */
function textQuery(relation: Relation, context: FunctionContext): EngineQuery {
  const columns = visible(relation).map(({ engineName: name, dataType, nullable }) => {
    const value = { sql: `"q".${engineName(name)}`, dataType, nullable };
    return castToString(value, context, "shown");
  });
  return { sql: `SELECT ${selectList(columns)} FROM ${relation.sql} AS "q"`, schema: struct([]) };
}

function withoutMergeAction(): LakeletError {
  return new LakeletError({
    condition: "NO_MERGE_ACTION_SPECIFIED",
    sqlState: "42K0E",
    problem: "df.mergeInto needs to be followed by at least one of whenMatched/whenNotMatched/whenNotMatchedBySource.",
    cure: "Add a clause before merge().",
  });
}

function tempViewExists(name: string): LakeletError {
  return new LakeletError({
    condition: "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS",
    sqlState: "42P07",
    problem: `There is a temporary view ${name} already.`,
    cure: "Use createOrReplaceTempView, or another name.",
  });
}
