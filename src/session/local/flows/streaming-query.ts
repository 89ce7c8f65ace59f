/** The shape of a flow's query: which streams it reads through views, CTEs and DataFrame steps, and what it does with their rows. */
import { qualify } from "../../../catalog/table-identifier.js";
import type { Plan } from "../../../dataframe/plan.js";
import { inputsOf, textsOf } from "../../../dataframe/plan-text.js";
import { planOfRelation } from "../../../dataframe/subquery.js";
import { LakeletError } from "../../../errors/lakelet-error.js";
import { hasAggregate, partsOf } from "../../../sql/analysis/expression-tree.js";
import type { Expression, FromItem, Query, SelectQuery } from "../../../sql/ast.js";
import { lookupFunction } from "../../../sql/functions/registry.js";
import { parseExpression, parseQuery } from "../../../sql/parse/parse.js";
import type { Runtime } from "../runtime.js";
import { INPUT } from "../spark-step.js";
import {
  aggregatedShape,
  filtered,
  joinedShape,
  multiplied,
  STATIC,
  STREAM,
  type StreamingShape,
  unitedShape,
  unsupported,
  wholeShape,
  windowedShape,
} from "./streaming-shape.js";

type Names = ReadonlyMap<string, StreamingShape>;

/** Throws STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION, NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING, UNSUPPORTED_FEATURE.STREAMING. */
export function streamingShape(runtime: Runtime, plan: Plan): Promise<StreamingShape> {
  return new ShapeWalk(runtime).plan(plan);
}

/** True where a plan may read a stream, so that its shape is to be looked at. */
export function mayStream(plan: Plan): boolean {
  return (
    plan.kind === "stream" ||
    textsOf(plan).some((text) => /\bstream\b/i.test(text)) ||
    inputsOf(plan).some((input) => mayStream(input))
  );
}

class ShapeWalk {
  /** @param asStreams inside a view of the catalog that is read as a stream */
  constructor(
    private readonly runtime: Runtime,
    private readonly asStreams = false,
    private readonly depth = 0,
  ) {}

  async plan(plan: Plan): Promise<StreamingShape> {
    const [input, right] = await Promise.all(inputsOf(plan).map((one) => this.plan(one)));
    if (input === undefined) return this.leaf(plan);
    const shape = await this.withExpressions(
      input,
      plan.kind === "query" ? [] : textsOf(plan).map(parseExpression),
      new Map(),
    );
    switch (plan.kind) {
      case "filter":
      case "na-drop":
      case "sample":
        return filtered(shape);
      case "aggregate":
        return aggregatedShape(shape);
      case "describe":
      case "transpose":
        return wholeShape(shape, plan.kind);
      case "distinct":
        return wholeShape(shape, "DISTINCT");
      case "sort":
        return wholeShape(shape, "ORDER BY");
      case "limit":
        return wholeShape(shape, "LIMIT or OFFSET");
      case "unpivot":
      case "lateral-join":
        return multiplied(shape);
      case "join":
        return joinedShape(plan.type, shape, right ?? STATIC);
      case "set":
        return unitedShape(plan.operator === "union" && plan.all, shape, right ?? STATIC);
      case "query":
        return this.query(parseQuery(plan.text), new Map([[INPUT, input]]));
      default:
        return shape;
    }
  }

  private leaf(plan: Plan): Promise<StreamingShape> {
    if (plan.kind === "stream") {
      return plan.source.kind === "table" ? this.table(plan.source.name, true) : Promise.resolve(STREAM);
    }
    if (plan.kind === "table") return this.table(plan.name, false);
    if (plan.kind === "sql") return this.query(parseQuery(plan.text), new Map());
    return Promise.resolve(STATIC);
  }

  private async query(query: Query, names: Names): Promise<StreamingShape> {
    switch (query.kind) {
      case "select":
        return this.select(query, names);
      case "values":
        return STATIC;
      case "set": {
        const isUnionAll = query.operator === "union" && query.all;
        const shape = unitedShape(
          isUnionAll,
          await this.query(query.left, names),
          await this.query(query.right, names),
        );
        return this.tail(query, shape);
      }
      case "with": {
        let within = names;
        for (const { name, query: entry } of query.ctes) {
          const shape = await this.query(
            entry,
            query.recursive ? new Map([...within, [name.toLowerCase(), STATIC]]) : within,
          );
          within = new Map([...within, [name.toLowerCase(), shape]]);
        }
        return this.query(query.body, within);
      }
    }
  }

  private async select(query: SelectQuery, names: Names): Promise<StreamingShape> {
    let shape: StreamingShape | undefined;
    for (const item of query.from) {
      const next = await this.from(item, names);
      shape = shape === undefined ? next : joinedShape("cross", shape, next);
    }
    const rows = query.lateralViews.length > 0 ? multiplied(shape ?? STATIC) : (shape ?? STATIC);
    const isGrouped = query.groupBy !== undefined || query.having !== undefined || query.projection.some(hasAggregate);
    if (isGrouped) aggregatedShape(rows);
    const kept = query.where === undefined && query.qualify === undefined ? rows : filtered(rows);
    const expressions = [
      ...query.projection,
      ...[query.where, query.having, query.qualify].filter((one) => one !== undefined),
    ];
    const read = await this.withExpressions(isGrouped ? STATIC : kept, expressions, names);
    if (query.distinct) return this.tail(query, wholeShape(read, "DISTINCT"));
    return this.tail(query, read);
  }

  private tail({ orderBy, limit, offset }: Pick<SelectQuery, "orderBy" | "limit" | "offset">, shape: StreamingShape) {
    if (orderBy.length > 0) wholeShape(shape, "ORDER BY");
    if (limit !== undefined || offset !== undefined) wholeShape(shape, "LIMIT or OFFSET");
    return shape;
  }

  private async from(item: FromItem, names: Names): Promise<StreamingShape> {
    switch (item.kind) {
      case "table": {
        const own =
          item.name.length === 1 && !item.streaming ? names.get(item.name[0]?.toLowerCase() ?? "") : undefined;
        const shape = own ?? (await this.table(item.name, item.streaming === true));
        return item.sample === undefined ? shape : filtered(shape);
      }
      case "subquery": {
        const shape = await this.query(item.query, names);
        return item.sample === undefined ? shape : filtered(shape);
      }
      case "function":
        return item.streaming ? STREAM : multiplied(STATIC);
      case "join":
        return this.join(item, names);
      case "pivot":
        return aggregatedShape(await this.from(item.input, names));
      case "unpivot":
        return multiplied(await this.from(item.input, names));
    }
  }

  private async join(item: Extract<FromItem, { kind: "join" }>, names: Names): Promise<StreamingShape> {
    const left = await this.from(item.left, names);
    return joinedShape(item.type, left, await this.from(item.right, names));
  }

  /** Windows, generators and subqueries in the expressions over rows of this shape. */
  private async withExpressions(
    shape: StreamingShape,
    expressions: readonly Expression[],
    names: Names,
  ): Promise<StreamingShape> {
    let result = shape;
    for (const expression of expressions) {
      if (expression.kind === "call") {
        const kind = lookupFunction(expression.name)?.kind;
        if (expression.over) result = windowedShape(result, expression.name);
        else if (kind === "generator") result = multiplied(result);
        else if (kind === "aggregate") result = aggregatedShape(result);
      }
      if ("query" in expression && (await this.query(expression.query, names)).isStreaming) {
        throw unsupported(
          "A stream in a subquery of an expression",
          "Its rows of earlier batches are gone.",
          "Read it whole there, without STREAM.",
        );
      }
      result = await this.withExpressions(result, partsOf(expression), names);
    }
    return result;
  }

  /** A table, or what a view reads. */
  private async table(name: readonly string[], isStream: boolean): Promise<StreamingShape> {
    const [first = "", second] = name;
    const isStreaming = isStream || this.asStreams;
    const frame = name.length === 1 ? planOfRelation(first) : undefined;
    if (frame) return this.plan(frame);
    const { current } = this.runtime.state;
    const isPath = name.length === 2 && ["delta", "csv", "json", "parquet", "text"].includes(first.toLowerCase());
    if (isPath) return isStreaming ? STREAM : STATIC;
    const own = first.toLowerCase() === "live" && second !== undefined ? name.slice(1) : name;
    const dataset = own.length > 3 ? undefined : this.runtime.datasets?.plan(qualify(own, current), isStream);
    if (dataset) return (await this.viewed(dataset)) ?? (isStreaming ? STREAM : STATIC);
    const view = name.length === 1 ? this.runtime.tempViews.get(first.toLowerCase())?.plan : undefined;
    if (view) return this.streamed(await this.plan(view), name, isStreaming);
    if (own.length > 3 || this.depth > 50) return isStreaming ? STREAM : STATIC;
    const entry = await this.runtime.catalog.lookup(qualify(own, current));
    if (entry?.kind !== "view") return isStreaming ? STREAM : STATIC;
    return new ShapeWalk(this.runtime, isStreaming, this.depth + 1).query(parseQuery(entry.query), new Map());
  }

  /** Rows that stand for a table of the pipeline say nothing; those of a view are its query's. */
  private async viewed(plan: Plan): Promise<StreamingShape | undefined> {
    return plan.kind === "rows" ? undefined : this.plan(plan);
  }

  private streamed(shape: StreamingShape, name: readonly string[], isStream: boolean): StreamingShape {
    if (!isStream || shape.isStreaming) return shape;
    throw batchView(name.join("."));
  }
}

function batchView(name: string): LakeletError {
  return new LakeletError({
    condition: "INCOMPATIBLE_BATCH_VIEW_READ",
    sqlState: "42000",
    problem: `View ${name} is a batch view and must be referenced using SparkSession#read.`,
    cure: "Write the name without STREAM, or STREAM in the view's own query.",
    parameters: { datasetIdentifier: name },
  });
}
