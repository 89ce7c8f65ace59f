/** The name that Spark gives a column without an alias: `toPrettySQL` of its expression. */
import type { DataType } from "../../schema/data-type.js";
import { quoteIfNeeded, typeText } from "../../schema/type-text.js";
import type { CallExpression, Expression, FrameBound, LiteralExpression, SortItem, WindowSpec } from "../ast.js";
import { shownCall } from "./shown-call.js";

const BINARY: Readonly<Record<string, string>> = Object.fromEntries([
  ...["+", "-", "*", "/", "%", "div", "=", "<=>", "<", "<=", ">", ">=", "&", "|", "^", "<<", ">>", ">>>"].map(
    (name) => [name, name],
  ),
  ["and", "AND"],
  ["or", "OR"],
]);
/** Functions whose own name Spark writes in capitals. */
const CAPITALS: ReadonlySet<string> = new Set([
  "acos",
  "acosh",
  "asin",
  "asinh",
  "atan",
  "atanh",
  "atan2",
  "cbrt",
  "ceil",
  "cos",
  "cosh",
  "cot",
  "csc",
  "degrees",
  "dense_rank",
  "e",
  "exp",
  "expm1",
  "floor",
  "hypot",
  "log",
  "log10",
  "log1p",
  "log2",
  "percent_rank",
  "pi",
  "power",
  "radians",
  "rank",
  "regexp",
  "regexp_like",
  "sec",
  "signum",
  "sin",
  "sinh",
  "spark_partition_id",
  "sqrt",
  "tan",
  "tanh",
  "rlike",
]);
/** Only a cast that is written as CAST shows. */
const CAST_FUNCTIONS = [
  "boolean",
  "tinyint",
  "smallint",
  "int",
  "bigint",
  "float",
  "double",
  "date",
  "timestamp",
  "string",
  "binary",
  "decimal",
];
const RENAMED: Readonly<Record<string, string>> = {
  dateadd: "timestampadd",
  date_add: "timestampadd",
  datediff: "timestampdiff",
  date_diff: "timestampdiff",
};
/** Window functions whose frame is always the rows up to the current one. */
const ROW_FUNCTIONS: ReadonlySet<string> = new Set(["row_number", "rank", "dense_rank", "percent_rank", "ntile"]);

/**
 * The column name of an expression in a select list. Table qualifiers must be gone, as analysis takes them away.
 * @example prettyName(parseExpression("count(*) + a.b")) // "(count(1) + a.b)"
 */
export function prettyName(expression: Expression): string {
  if (expression.kind === "column") return expression.parts.at(-1) ?? "";
  if (expression.kind === "field") return expression.name;
  if (expression.kind === "alias") return expression.names.join(", ");
  return pretty(expression);
}

function pretty(expression: Expression): string {
  switch (expression.kind) {
    case "literal":
      return prettyLiteral(expression);
    case "column":
      return expression.parts.join(".");
    case "star":
      return [...expression.qualifier, "*"].join(".");
    case "call": {
      const shown = shownCall(expression);
      return shown.kind === "call" ? prettyCall(shown) : pretty(shown);
    }
    case "alias":
      return `${pretty(expression.operand)} AS ${expression.names.map(quoteIfNeeded).join(", ")}`;
    case "cast":
      return `${expression.try ? "TRY_CAST" : "CAST"}(${pretty(expression.operand)} AS ${sqlType(expression.to)})`;
    case "case":
      return prettyCase(expression);
    case "in":
      return `(${pretty(expression.operand)} IN (${list(expression.values)}))`;
    case "in-query":
      return `(${pretty(expression.operand)} IN (listquery()))`;
    case "exists":
      return "exists()";
    case "scalar-query":
      return "scalarsubquery()";
    case "lambda":
      return prettyLambda(expression);
    case "subscript":
      return `${pretty(expression.operand)}[${pretty(expression.index)}]`;
    case "field":
      return `${pretty(expression.operand)}.${expression.name}`;
    case "json-path":
      return lastStep(expression.path);
    case "interval":
      return prettyInterval(expression);
    case "parameter":
      return `:${expression.name}`;
    case "row":
      return `named_struct(${expression.values.map((value, i) => `${rowName(value, i)}, ${pretty(value)}`).join(", ")})`;
  }
}

function list(expressions: readonly Expression[]): string {
  return expressions.map(pretty).join(", ");
}

function rowName(value: Expression, index: number): string {
  if (value.kind === "column" || value.kind === "field") return prettyName(value);
  return value.kind === "alias" ? (value.names[0] ?? "") : `col${index + 1}`;
}

/** Types inside CAST are in capitals, names of fields are not. */
function sqlType(type: DataType): string {
  switch (type.kind) {
    case "array":
      return `ARRAY<${sqlType(type.elementType)}>`;
    case "map":
      return `MAP<${sqlType(type.keyType)}, ${sqlType(type.valueType)}>`;
    case "struct":
      return `STRUCT<${type.fields.map((f) => `${quoteIfNeeded(f.name)}: ${sqlType(f.dataType)}`).join(", ")}>`;
    default:
      return typeText(type).toUpperCase();
  }
}

function prettyLiteral({ value, dataType }: LiteralExpression): string {
  if (value === null) return "NULL";
  switch (dataType.kind) {
    case "float":
    case "double":
      return javaDouble(Number(value));
    case "decimal":
      return value.startsWith(".") || value.startsWith("-.") ? value.replace(".", "0.") : value;
    case "date":
      return `DATE '${value}'`;
    case "timestamp":
      return `TIMESTAMP '${value}'`;
    case "timestamp_ntz":
      return `TIMESTAMP_NTZ '${value}'`;
    case "binary":
      return `X'${value}'`;
    default:
      return value;
  }
}

/** Double.toString: a decimal point always, an exponent from 1e7 and below 1e-3. */
function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
    return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
  }
  if (Object.is(value, -0)) return "-0.0";
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function prettyCall(call: CallExpression): string {
  const body = prettyBody(call);
  const nulls = call.ignoreNulls === true ? " ignore nulls" : "";
  const within =
    call.withinGroup === undefined
      ? ""
      : ` WITHIN GROUP (ORDER BY ${call.withinGroup.map((one) => prettyWithin(call.name, one)).join(", ")})`;
  const filter = call.filter === undefined ? "" : ` FILTER (WHERE ${pretty(call.filter)})`;
  const over = call.over === undefined ? "" : ` OVER ${prettyWindow(call, call.over)}`;
  return `${body}${nulls}${within}${filter}${over}`;
}

/** Inside WITHIN GROUP the default is not written; mode() is written the other way round. */
function prettyWithin(name: string, { expression, descending }: SortItem): string {
  return `${pretty(expression)}${descending !== (name === "mode") ? " DESC" : ""}`;
}

function prettyBody(call: CallExpression): string {
  const { name, args } = call;
  const [first, second, third] = args;
  const binary = BINARY[name];
  if (binary !== undefined && first !== undefined && second !== undefined)
    return `(${pretty(first)} ${binary} ${pretty(second)})`;
  if (first !== undefined && second === undefined && UNARY[name] !== undefined) return UNARY[name](pretty(first));
  if (first !== undefined && second !== undefined && third === undefined && PAIRS[name] !== undefined) {
    return PAIRS[name](pretty(first), pretty(second));
  }
  if (name === "like" && first !== undefined && second !== undefined && third !== undefined) {
    return `${pretty(first)} LIKE ${pretty(second)} ESCAPE '${pretty(third)}'`;
  }
  if (name === "if" && args.length === 3) return `(IF(${list(args)}))`;
  if (name === "||") return `concat(${list(args)})`;
  const renamed = args.length === 3 ? (RENAMED[name] ?? name) : name;
  const rounded = (name === "ceil" || name === "floor") && args.length > 1;
  const shown = CAPITALS.has(name) && !rounded ? name.toUpperCase() : renamed;
  const named = (call.namedArgs ?? []).map((one) => `${one.name} => ${pretty(one.value)}`);
  const all = args.length === 1 && first?.kind === "star" && name === "count" ? ["1"] : [...args.map(pretty), ...named];
  return `${shown}(${call.distinct === true ? "DISTINCT " : ""}${all.join(", ")})`;
}

const UNARY: Readonly<Record<string, (operand: string) => string>> = {
  not: (operand) => `(NOT ${operand})`,
  negative: (operand) => `(- ${operand})`,
  positive: (operand) => `(+ ${operand})`,
  "~": (operand) => `~${operand}`,
  isnull: (operand) => `(${operand} IS NULL)`,
  isnotnull: (operand) => `(${operand} IS NOT NULL)`,
  ...Object.fromEntries(CAST_FUNCTIONS.map((name) => [name, (operand: string) => operand])),
};
const PAIRS: Readonly<Record<string, (first: string, second: string) => string>> = {
  "<>": (first, second) => `(NOT (${first} = ${second}))`,
  like: (first, second) => `${first} LIKE ${second}`,
  datepart: (first, second) => `datepart(${first} FROM ${second})`,
  extract: (first, second) => `extract(${first} FROM ${second})`,
  trim: (first, second) => `TRIM(BOTH ${first} FROM ${second})`,
  ltrim: (first, second) => `TRIM(LEADING ${first} FROM ${second})`,
  rtrim: (first, second) => `TRIM(TRAILING ${first} FROM ${second})`,
};

function prettyCase(expression: Extract<Expression, { kind: "case" }>): string {
  const operand = expression.operand === undefined ? undefined : pretty(expression.operand);
  const branches = expression.branches.map(({ when, then }) => {
    const condition = operand === undefined ? pretty(when) : `(${operand} = ${pretty(when)})`;
    return `WHEN ${condition} THEN ${pretty(then)}`;
  });
  const otherwise = expression.otherwise === undefined ? "" : ` ELSE ${pretty(expression.otherwise)}`;
  return `CASE ${branches.join(" ")}${otherwise} END`;
}

function prettyLambda({ parameters, body }: Extract<Expression, { kind: "lambda" }>): string {
  const names = new Set(parameters.map((one) => one.toLowerCase()));
  const variable = "namedlambdavariable()";
  const shown = pretty(bindParameters(body, names));
  return `lambdafunction(${[shown, ...parameters.map(() => variable)].join(", ")})`;
}

/** The body with each parameter written as Spark writes a bound one. */
function bindParameters(body: Expression, names: ReadonlySet<string>): Expression {
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== "object" || value === null) return value;
    const node = value as { readonly kind?: string; readonly parts?: readonly string[] };
    const [first, ...fields] = node.kind === "column" ? (node.parts ?? []) : [];
    if (first !== undefined && names.has(first.toLowerCase())) {
      return { kind: "column", parts: ["namedlambdavariable()", ...fields] };
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner)]));
  };
  return replace(body) as Expression;
}

function prettySort({ expression, descending, nulls }: SortItem): string {
  const direction = descending ? "DESC" : "ASC";
  const place = nulls ?? (descending ? "last" : "first");
  return `${pretty(expression)} ${direction} NULLS ${place.toUpperCase()}`;
}

function prettyWindow(call: CallExpression, over: WindowSpec): string {
  const named = over.partitionBy.length === 0 && over.orderBy.length === 0 && over.frame === undefined;
  if (over.name !== undefined && named) return over.name;
  const partition = over.partitionBy.length === 0 ? "" : `PARTITION BY ${list(over.partitionBy)}`;
  const order = over.orderBy.length === 0 ? "" : `ORDER BY ${over.orderBy.map(prettySort).join(", ")}`;
  return `(${[partition, order, prettyFrame(call, over)].filter((part) => part !== "").join(" ")})`;
}

/** Spark writes the frame that it takes where none is given. */
function prettyFrame({ name, args }: CallExpression, { orderBy, frame }: WindowSpec): string {
  if (name === "lag" || name === "lead") {
    const offset = args[1]?.kind === "literal" ? Number(args[1].value) : 1;
    const place = `${name === "lag" ? -offset : offset} FOLLOWING`;
    return `ROWS BETWEEN ${place} AND ${place}`;
  }
  if (name === "cume_dist") return "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";
  if (ROW_FUNCTIONS.has(name)) return "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";
  if (frame !== undefined)
    return `${frame.unit.toUpperCase()} BETWEEN ${prettyBound(frame.start)} AND ${prettyBound(frame.end)}`;
  return orderBy.length > 0
    ? "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    : "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING";
}

function prettyBound(bound: FrameBound): string {
  if (bound.kind === "preceding") return `${pretty(bound.offset)} PRECEDING`;
  if (bound.kind === "following") return `${pretty(bound.offset)} FOLLOWING`;
  return bound.kind.replaceAll("-", " ").toUpperCase();
}

const YEAR_MONTH = ["year", "month"];
const DAY_TIME = ["day", "hour", "minute", "second"];

function prettyInterval({ parts }: Extract<Expression, { kind: "interval" }>): string {
  const values = new Map(parts.map(({ unit, value }) => [unit, pretty(value)]));
  const family = [YEAR_MONTH, DAY_TIME].find((units) => parts.every(({ unit }) => units.includes(unit)));
  if (family === undefined || values.size < parts.length) {
    return `INTERVAL '${parts.map(({ value, unit }) => `${pretty(value)} ${unit}s`).join(" ")}'`;
  }
  const used = family.filter((unit) => values.has(unit));
  const [from = "", to = ""] = [used[0], used.at(-1)];
  const units = family.slice(family.indexOf(from), family.indexOf(to) + 1);
  const text = units
    .map((unit) => padded(values.get(unit) ?? "0", family === DAY_TIME && unit !== "day"))
    .reduce((left, right, i) => {
      const separator = family === YEAR_MONTH ? "-" : units[i - 1] === "day" ? " " : ":";
      return `${left}${separator}${right}`;
    });
  return `INTERVAL '${text}' ${from === to ? from.toUpperCase() : `${from.toUpperCase()} TO ${to.toUpperCase()}`}`;
}

function padded(value: string, pad: boolean): string {
  const [whole = "", fraction] = value.split(".");
  return `${pad ? whole.padStart(2, "0") : whole}${fraction === undefined ? "" : `.${fraction}`}`;
}

function lastStep(path: string): string {
  return /([\p{L}\p{N}_]+)[^\p{L}\p{N}_]*$/u.exec(path)?.[1] ?? path;
}
