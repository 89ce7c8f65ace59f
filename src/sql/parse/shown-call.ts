/** Calls as Spark shows them in the name of a column: arguments that were left out stand there with their defaults, some are not shown at all. */
import type { CallExpression, Expression } from "../ast.js";

const IDENTITY = "lambdafunction(namedlambdavariable(), namedlambdavariable())";
const VARIABLE = "namedlambdavariable()";
/** The comparator that Spark gives array_sort. */
const ASCENDING = [
  `lambdafunction((IF(((${VARIABLE} IS NULL) AND (${VARIABLE} IS NULL)), 0,`,
  `(IF((${VARIABLE} IS NULL), 1, (IF((${VARIABLE} IS NULL), -1,`,
  `(IF((${VARIABLE} < ${VARIABLE}), -1, (IF((${VARIABLE} > ${VARIABLE}), 1, 0)))))))))), ${VARIABLE}, ${VARIABLE})`,
].join(" ");
const DATETIME = "yyyy-MM-dd HH:mm:ss";

/** Defaults of the last parameters: those beyond the arguments given are shown, if at least `from` were given. */
const DEFAULTS: Readonly<Record<string, { readonly from: number; readonly values: readonly string[] }>> = {
  aes_decrypt: { from: 2, values: ["GCM", "DEFAULT", ""] },
  aes_encrypt: { from: 2, values: ["GCM", "DEFAULT", "", ""] },
  aggregate: { from: 3, values: [IDENTITY] },
  approx_percentile: { from: 2, values: ["10000"] },
  array_sort: { from: 1, values: [ASCENDING] },
  bround: { from: 1, values: ["0"] },
  from_unixtime: { from: 1, values: [DATETIME] },
  lag: { from: 1, values: ["1", "NULL"] },
  lead: { from: 1, values: ["1", "NULL"] },
  listagg: { from: 1, values: ["NULL"] },
  locate: { from: 2, values: ["1"] },
  lpad: { from: 2, values: [" "] },
  mask: { from: 1, values: ["X", "x", "n", "NULL"] },
  months_between: { from: 2, values: ["true"] },
  overlay: { from: 3, values: ["-1"] },
  percentile: { from: 2, values: ["1"] },
  percentile_approx: { from: 2, values: ["10000"] },
  position: { from: 2, values: ["1"] },
  reduce: { from: 3, values: [IDENTITY] },
  regexp_extract: { from: 2, values: ["1"] },
  regexp_extract_all: { from: 2, values: ["1"] },
  regexp_instr: { from: 2, values: ["0"] },
  regexp_replace: { from: 3, values: ["1"] },
  replace: { from: 2, values: [""] },
  round: { from: 1, values: ["0"] },
  rpad: { from: 2, values: [" "] },
  sentences: { from: 1, values: ["", ""] },
  sort_array: { from: 1, values: ["true"] },
  split: { from: 2, values: ["-1"] },
  str_to_map: { from: 1, values: [",", ":"] },
  string_agg: { from: 1, values: ["NULL"] },
  substr: { from: 2, values: ["2147483647"] },
  substring: { from: 2, values: ["2147483647"] },
  to_unix_timestamp: { from: 1, values: [DATETIME] },
  try_aes_decrypt: { from: 2, values: ["GCM", "DEFAULT", ""] },
  unix_timestamp: { from: 1, values: [DATETIME] },
};

/** Of these only the first argument is shown, and never IGNORE NULLS. */
const FIRST_ONLY: ReadonlySet<string> = new Set([
  "any_value",
  "approx_count_distinct",
  "first",
  "first_value",
  "from_csv",
  "from_json",
  "from_xml",
  "last",
  "last_value",
  "schema_of_csv",
  "schema_of_json",
  "schema_of_xml",
  "shuffle",
  "to_csv",
  "to_json",
  "to_xml",
]);

/** With IGNORE NULLS Spark shows the functions that these stand for. */
const OF_NULLS: Readonly<Record<string, string>> = { first_value: "first", last_value: "last" };

/** Their arguments are not shown at all. */
const RANKS: ReadonlySet<string> = new Set(["dense_rank", "percent_rank", "rank"]);

const RENAMED: Readonly<Record<string, string>> = {
  array_agg: "collect_list",
  current_database: "current_schema",
  to_varchar: "to_char",
};

/** The call whose name and arguments are those that Spark shows. */
export function shownCall(call: CallExpression): Expression {
  const { name, args } = call;
  const [first, second, third] = args;
  if (FIRST_ONLY.has(name) && first) {
    const { ignoreNulls, ...rest } = call;
    return { ...rest, name: ignoreNulls ? (OF_NULLS[name] ?? name) : name, args: [first] };
  }
  if (name === "mode" && first && second?.kind === "literal") return shownMode(call, first, second.value === "true");
  if (RANKS.has(name)) return { ...call, args: [] };
  if (name === "log" && first && !second) return { ...call, args: [text("E()"), first] };
  if (name === "dateadd" && args.length === 2) return { ...call, name: "date_add" };
  if (name === "convert_timezone" && args.length === 2) return { ...call, args: [text("current_timezone()"), ...args] };
  if (name === "window" && call.over === undefined) return text("window");
  if (name === "with_field" && first && third) {
    return { ...call, name: "update_fields", args: [first, { kind: "call", name: "WithField", args: [third] }] };
  }
  const udf = /^__udf_\d+_(.*)$/i.exec(name);
  if (udf) return { ...call, name: udf[1] === "" ? "<lambda>" : (udf[1] ?? name) };
  if (name === "drop_fields" && first) {
    const dropped = args.slice(1).map((): Expression => ({ kind: "call", name: "dropfield", args: [] }));
    return { ...call, name: "update_fields", args: [first, ...dropped] };
  }
  const defaults = DEFAULTS[name];
  if (defaults && args.length >= defaults.from) {
    const { ignoreNulls: _, ...rest } = call;
    return { ...rest, args: [...args, ...defaults.values.slice(args.length - defaults.from).map(text)] };
  }
  return { ...call, name: RENAMED[name] ?? name };
}

/** mode(x, true) is the least of the most frequent values. */
function shownMode(call: CallExpression, operand: Expression, deterministic: boolean): Expression {
  if (!deterministic) return { ...call, args: [operand] };
  return { ...call, args: [], withinGroup: [{ expression: operand, descending: false }] };
}

/** A column whose name is the text, to put ready text into a tree. */
function text(name: string): Expression {
  return { kind: "column", parts: [name] };
}
