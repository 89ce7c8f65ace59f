/** Our tree back to Spark SQL text, from which the parser makes the same tree again. */
import { STRING } from "../../schema/data-type.js";
import { quoteName } from "../../schema/type-text.js";
import type {
  Expression,
  FromItem,
  GroupBy,
  LateralView,
  Query,
  QueryTail,
  SelectQuery,
  SetQuery,
  TableSample,
} from "../ast.js";
import { ExpressionWriter } from "./expression-writer.js";

const JOINS: Readonly<Record<Extract<FromItem, { kind: "join" }>["type"], string>> = {
  inner: "JOIN",
  cross: "CROSS JOIN",
  left: "LEFT JOIN",
  right: "RIGHT JOIN",
  full: "FULL JOIN",
  "left-semi": "LEFT SEMI JOIN",
  "left-anti": "LEFT ANTI JOIN",
};

const writer = new ExpressionWriter((query) => queryText(query));

/**
 * Spark SQL of an expression, operators in parentheses.
 * @example expressionText(parseExpression("a+1 > 2")) // "((`a` + 1) > 2)"
 */
export function expressionText(expression: Expression): string {
  return writer.expression(expression);
}

/** Spark SQL of a query, from which the parser makes the same tree again. */
export function queryText(query: Query): string {
  switch (query.kind) {
    case "select":
      return `${selectText(query)}${tailText(query)}`;
    case "set":
      return `${setText(query)}${tailText(query)}`;
    case "values":
      return `VALUES ${query.rows.map((row) => `(${row.map(expressionText).join(", ")})`).join(", ")}${tailText(query)}`;
    case "with": {
      const ctes = query.ctes.map(
        (cte) => `${quoteName(cte.name)}${namesText(cte.columns)} AS (${queryText(cte.query)})`,
      );
      return `WITH ${query.recursive ? "RECURSIVE " : ""}${ctes.join(", ")} ${queryText(query.body)}`;
    }
  }
}

function selectText(query: SelectQuery): string {
  const windows = Object.entries(query.windows).map(([name, spec]) => `${quoteName(name)} AS ${writer.window(spec)}`);
  const parts = [
    `SELECT ${query.distinct ? "DISTINCT " : ""}${query.projection.map(expressionText).join(", ")}`,
    query.from.length === 0 ? "" : `FROM ${query.from.map(fromText).join(", ")}`,
    ...query.lateralViews.map(viewText),
    query.where === undefined ? "" : `WHERE ${expressionText(query.where)}`,
    query.groupBy === undefined ? "" : `GROUP BY ${groupText(query.groupBy)}`,
    query.having === undefined ? "" : `HAVING ${expressionText(query.having)}`,
    query.qualify === undefined ? "" : `QUALIFY ${expressionText(query.qualify)}`,
    windows.length === 0 ? "" : `WINDOW ${windows.join(", ")}`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function groupText({ all, sets, grouping }: GroupBy): string {
  if (all) return "ALL";
  const texts = sets.map((set) => set.map(expressionText).join(", "));
  return grouping ? `GROUPING SETS (${texts.map((text) => `(${text})`).join(", ")})` : (texts[0] ?? "");
}

function viewText({ outer, generator, table, columns }: LateralView): string {
  const name = table === undefined ? "" : ` ${quoteName(table)}`;
  const as = columns.length === 0 ? "" : ` AS ${columns.map(quoteName).join(", ")}`;
  return `LATERAL VIEW ${outer ? "OUTER " : ""}${expressionText(generator)}${name}${as}`;
}

function setText({ operator, all, byName, left, right }: SetQuery): string {
  const words = `${operator.toUpperCase()}${all ? " ALL" : ""}${byName ? " BY NAME" : ""}`;
  return `(${queryText(left)}) ${words} (${queryText(right)})`;
}

function optionsText(options: Readonly<Record<string, string>> = {}): string {
  const list = Object.entries(options).map(
    ([key, value]) => `${quoteName(key)} = ${expressionText({ kind: "literal", dataType: STRING, value })}`,
  );
  return list.length === 0 ? "" : ` WITH (${list.join(", ")})`;
}

function tailText({ orderBy, limit, offset }: QueryTail): string {
  const parts = [
    orderBy.length === 0 ? "" : ` ORDER BY ${writer.sort(orderBy)}`,
    limit === undefined ? "" : ` LIMIT ${expressionText(limit)}`,
    offset === undefined ? "" : ` OFFSET ${expressionText(offset)}`,
  ];
  return parts.join("");
}

function fromText(item: FromItem): string {
  switch (item.kind) {
    case "table": {
      const version = item.version === undefined ? "" : ` VERSION AS OF ${expressionText(item.version)}`;
      const timestamp = item.timestamp === undefined ? "" : ` TIMESTAMP AS OF ${expressionText(item.timestamp)}`;
      const stream = item.streaming ? "STREAM " : "";
      return `${stream}${item.name.map(quoteName).join(".")}${optionsText(item.options)}${version}${timestamp}${sampleText(item.sample)}${aliasText(item)}`;
    }
    case "subquery":
      return `${item.lateral ? "LATERAL " : ""}(${queryText(item.query)})${sampleText(item.sample)}${aliasText(item)}`;
    case "function":
      return `${item.lateral ? "LATERAL " : ""}${item.streaming ? "STREAM " : ""}${expressionText(item.call)}${aliasText(item)}`;
    case "join":
      return joinText(item);
    case "pivot":
      return pivotText(item);
    case "unpivot":
      return unpivotText(item);
  }
}

function aliasText({ alias, columns }: { readonly alias?: string; readonly columns?: readonly string[] }): string {
  return `${alias === undefined ? "" : ` AS ${quoteName(alias)}`}${namesText(columns ?? [])}`;
}

function namesText(names: readonly string[]): string {
  return names.length === 0 ? "" : `(${names.map(quoteName).join(", ")})`;
}

function sampleText(sample: TableSample | undefined): string {
  if (sample === undefined) return "";
  const seed = sample.seed === undefined ? "" : ` REPEATABLE (${sample.seed})`;
  return ` TABLESAMPLE (${sample.size} ${sample.kind.toUpperCase()})${seed}`;
}

function joinText(item: Extract<FromItem, { kind: "join" }>): string {
  const right = item.right.kind === "join" ? `(${fromText(item.right)})` : fromText(item.right);
  const on = item.on === undefined ? "" : ` ON ${expressionText(item.on)}`;
  const using = item.using === undefined ? "" : ` USING ${namesText(item.using)}`;
  return `${fromText(item.left)} ${item.natural ? "NATURAL " : ""}${JOINS[item.type]} ${right}${on}${using}`;
}

function pivotText(item: Extract<FromItem, { kind: "pivot" }>): string {
  const values = item.values.map(({ values: cells, name }) => {
    const text = cells.map(expressionText).join(", ");
    return `${cells.length > 1 ? `(${text})` : text}${name === undefined ? "" : ` AS ${quoteName(name)}`}`;
  });
  const on = item.on.map(expressionText).join(", ");
  const by = item.on.length > 1 ? `(${on})` : on;
  const aggregates = item.aggregates.map(expressionText).join(", ");
  return `${inputText(item.input)} PIVOT (${aggregates} FOR ${by} IN (${values.join(", ")}))${aliasText(nameOf(item.alias))}`;
}

function unpivotText(item: Extract<FromItem, { kind: "unpivot" }>): string {
  const columns = item.columns.map(
    ({ column, name }) => `${expressionText(column)}${name === undefined ? "" : ` AS ${quoteName(name)}`}`,
  );
  const nulls = item.includeNulls ? " INCLUDE NULLS" : "";
  const body = `${quoteName(item.valueName)} FOR ${quoteName(item.nameName)} IN (${columns.join(", ")})`;
  return `${inputText(item.input)} UNPIVOT${nulls} (${body})${aliasText(nameOf(item.alias))}`;
}

function nameOf(alias: string | undefined): { readonly alias?: string } {
  return alias === undefined ? {} : { alias };
}

function inputText(item: FromItem): string {
  return item.kind === "join" ? `(${fromText(item)})` : fromText(item);
}
