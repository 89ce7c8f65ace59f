/** OVER: window specifications, named ones included, with Spark's default null ordering. */
import type { Expression, SortItem, WindowSpec } from "../ast.js";
import { needsOrderKey, orderKey } from "../functions/ordering.js";
import type { Typed } from "../typed.js";
import { analysisError } from "./analysis-errors.js";
import type { Scope } from "./scope.js";
import { frameSql } from "./window-frame.js";

type Compile = (expression: Expression) => Typed;

/** `<value> ASC NULLS FIRST`, never by the engine's own defaults. */
export function sortSql(value: string, item: SortItem): string {
  const nulls = item.nulls ?? (item.descending ? "last" : "first");
  return `${value} ${item.descending ? "DESC" : "ASC"} NULLS ${nulls.toUpperCase()}`;
}

/** What the engine orders as Spark orders the value; `as` where that is the value itself. */
export function sortable({ sql, dataType }: Typed, as = sql): string {
  return needsOrderKey(dataType) ? `CASE WHEN ${sql} IS NOT NULL THEN ${orderKey(sql, dataType)} END` : as;
}

/** Engine SQL of `OVER (...)`. Throws MISSING_WINDOW_SPECIFICATION for an unknown name. */
export function overSql(over: WindowSpec, scope: Scope, compile: Compile): string {
  const spec = resolveSpec(over, scope);
  const partition = spec.partitionBy.map((one) => compile(one).sql);
  // Constants order nothing, but a range around their value takes them.
  const valued = spec.frame?.unit === "range" && ("offset" in spec.frame.start || "offset" in spec.frame.end);
  const order = spec.orderBy
    .map((item) => ({ item, value: compile(item.expression) }))
    .filter(({ value }) => valued || value.literal === undefined)
    .map(({ item, value }) => sortSql(sortable(value), item));
  const parts = [
    partition.length > 0 ? `PARTITION BY ${partition.join(", ")}` : "",
    order.length > 0 ? `ORDER BY ${order.join(", ")}` : "",
    spec.frame ? frameSql(spec.frame, spec.orderBy, compile, scope.environment.analysis.context) : "",
  ];
  return `OVER (${parts.filter(Boolean).join(" ")})`;
}

/** The specification with its name's parts filled in. */
export function resolveSpec(spec: WindowSpec, scope: Scope): WindowSpec {
  if (spec.name === undefined) return spec;
  const named = scope.windows?.get(spec.name.toLowerCase());
  if (!named) {
    throw analysisError(
      "MISSING_WINDOW_SPECIFICATION",
      "42P20",
      `Window specification ${spec.name} is not defined in the WINDOW clause.`,
      { cure: "Define it: WINDOW name AS (...).", parameters: { windowName: spec.name } },
    );
  }
  const base = resolveSpec(named, scope);
  return {
    partitionBy: spec.partitionBy.length > 0 ? spec.partitionBy : base.partitionBy,
    orderBy: spec.orderBy.length > 0 ? spec.orderBy : base.orderBy,
    ...(spec.frame ? { frame: spec.frame } : base.frame ? { frame: base.frame } : {}),
  };
}

const NEIGHBOURS: ReadonlySet<string> = new Set(["lag", "lead"]);
const RANKS: ReadonlySet<string> = new Set(["row_number", "rank", "dense_rank", "percent_rank", "ntile"]);

/** Functions with a frame of their own take no other. Throws _LEGACY_ERROR_TEMP_1035, _LEGACY_ERROR_TEMP_1036. */
export function checkOwnFrame(name: string, { frame }: WindowSpec): void {
  if (!frame) return;
  if (NEIGHBOURS.has(name)) {
    throw analysisError("_LEGACY_ERROR_TEMP_1035", "42601", `Cannot specify window frame for ${name} function.`);
  }
  const own = frame.unit === "rows" && frame.start.kind === "unbounded-preceding" && frame.end.kind === "current-row";
  if (RANKS.has(name) && !own) {
    throw analysisError(
      "_LEGACY_ERROR_TEMP_1036",
      "42601",
      `The frame of ${name} is always ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW.`,
      { cure: "Leave the frame out." },
    );
  }
}
