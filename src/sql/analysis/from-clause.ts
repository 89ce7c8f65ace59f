/** FROM: tables, common tables, subqueries, functions, joins, pivots as one block of rows. */
import { LONG } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import type { Expression, FromItem, TableSample } from "../ast.js";
import { lookupFunction } from "../functions/registry.js";
import { nearestWord } from "../parse/nearest-word.js";
import { analysisError } from "./analysis-errors.js";
import { type Block, columnsOf, fileNameColumn, NO_ROWS_BEHIND, requalified } from "./block.js";
import { compileExpression } from "./expression.js";
import { applyLateralView, generatedNames, generatorBlock } from "./generator.js";
import { coerce } from "./implicit-cast.js";
import { joinBlocks } from "./join.js";
import { renamed } from "./output-columns.js";
import { pivotBlock } from "./pivot.js";
import { compileTableRoutine } from "./routine-call.js";
import type { CommonTable, Environment, OutputColumn, Scope, ScopeColumn } from "./scope.js";
import { unpivotBlock } from "./unpivot.js";

type Of<Kind extends FromItem["kind"]> = Extract<FromItem, { kind: Kind }>;

/** All items of FROM, cross joined in order; lateral ones see those before them. */
export function compileFrom(items: readonly FromItem[], environment: Environment): Block {
  const [first, ...rest] = items;
  if (first === undefined) return NO_ROWS_BEHIND;
  return rest.reduce(
    (left, item) => {
      const join = { kind: "join", type: "cross", natural: false, left: first, right: item } as const;
      const generated = generatedBeside(join, left, environment, []);
      if (generated) return generated;
      const right = compileItem(item, environment, left.columns);
      return joinBlocks(join, left, right, (columns) => ({ environment, columns }));
    },
    compileItem(first, environment, []),
  );
}

/** `lateral`: the columns of the items before, for those that may see them. */
function compileItem(item: FromItem, environment: Environment, lateral: readonly ScopeColumn[]): Block {
  switch (item.kind) {
    case "table":
      return compileTable(item, environment);
    case "subquery":
      return compileSubquery(item, environment, lateral);
    case "function":
      return compileFunction(item, environment, lateral);
    case "join": {
      const left = compileItem(item.left, environment, lateral);
      const generated = generatedBeside(item, left, environment, lateral);
      if (generated) return generated;
      const right = compileItem(item.right, environment, [...lateral, ...left.columns]);
      return joinBlocks(item, left, right, (columns) => ({ environment, columns }));
    }
    case "pivot": {
      const input = compileItem(item.input, environment, lateral);
      return named(pivotBlock(item, input, environment), item.alias, []);
    }
    case "unpivot": {
      const input = compileItem(item.input, environment, lateral);
      return named(unpivotBlock(item, input, environment), item.alias, []);
    }
  }
}

/** `t, LATERAL explode(...)` without a condition is LATERAL VIEW: the engine unnests faster, and more, than it joins laterally. */
function generatedBeside(
  { type, on, using, natural, right }: Of<"join">,
  left: Block,
  environment: Environment,
  lateral: readonly ScopeColumn[],
): Block | undefined {
  if (right.kind !== "function" || !right.lateral || environment.analysis.relations.has(right)) return undefined;
  if (lookupFunction(right.call.name)?.kind !== "generator" || using || natural) return undefined;
  const unconditional = on === undefined || (on.kind === "literal" && on.value === "true");
  if (!unconditional || !(type === "cross" || type === "inner" || type === "left")) return undefined;
  const view = {
    // Without ON Spark leaves out rows of the left for which nothing is generated.
    outer: type === "left" && on !== undefined,
    generator: right.call,
    columns: right.columns,
    ...(right.alias === undefined ? {} : { table: right.alias }),
  };
  const around = lateral.length > 0 ? lateralEnvironment(environment, lateral) : environment;
  return applyLateralView(left, view, (block) => ({ environment: around, columns: block.columns }));
}

function lateralEnvironment(environment: Environment, lateral: readonly ScopeColumn[]): Environment {
  return { ...environment, outer: { environment, columns: lateral } };
}

function relationBlock(
  sql: string,
  output: readonly OutputColumn[],
  environment: Environment,
  sample?: TableSample,
): Block {
  const { analysis } = environment;
  const alias = engineName(analysis.unique("t"));
  const from = `${sampled(sql, sample)} AS ${alias}${sampleSql(sample)}`;
  return { from: () => from, alias, columns: columnsOf(output, alias, analysis), where: [] };
}

/** A fixed number of rows is the first that come, as Spark does it. */
function sampled(sql: string, sample: TableSample | undefined): string {
  return sample?.kind === "rows" ? `(SELECT * FROM ${sql} LIMIT ${sample.size})` : sql;
}

function sampleSql(sample: TableSample | undefined): string {
  if (sample?.kind !== "percent") return "";
  const seed = sample.seed === undefined ? "" : ` REPEATABLE (${sample.seed})`;
  return ` TABLESAMPLE bernoulli(${sample.size} PERCENT)${seed}`;
}

function compileTable(item: Of<"table">, environment: Environment): Block {
  const common =
    item.name.length === 1 && !item.streaming
      ? environment.commonTables.get(item.name[0]?.toLowerCase() ?? "")
      : undefined;
  if (common) return commonTableBlock(item, common, environment);
  const relation = environment.analysis.relations.get(item);
  if (!relation) throw tableNotFound(item.name);
  const output: OutputColumn[] = relation.output.map((one, i) => ({ ...one, id: String(i) }));
  if (relation.fileName !== undefined) output.push({ ...fileNameColumn(relation.fileName), id: "file" });
  return named(relationBlock(relation.sql, output, environment, item.sample), item.alias, item.columns);
}

function commonTableBlock(item: Of<"table">, common: CommonTable, environment: Environment): Block {
  if (!common.deterministic) environment.analysis.effects.nondeterministic++;
  const block = relationBlock(common.from, common.output, environment, item.sample);
  return named(block, item.alias ?? item.name[0], item.columns);
}

function tableNotFound(name: readonly string[]): Error {
  return analysisError(
    "TABLE_OR_VIEW_NOT_FOUND",
    "42P01",
    `The table or view \`${name.join("`.`")}\` cannot be found.`,
  );
}

function compileSubquery(item: Of<"subquery">, environment: Environment, lateral: readonly ScopeColumn[]): Block {
  const around = item.lateral ? lateralEnvironment(environment, lateral) : environment;
  const query = environment.analysis.query(item.query, around, true);
  const block = relationBlock(
    `${item.lateral ? "LATERAL " : ""}(${query.sql})`,
    query.output,
    environment,
    item.sample,
  );
  const columns = item.piped ? block.columns : requalified(block.columns, undefined);
  const isList = item.query.kind === "values" && !item.lateral;
  return named({ ...block, columns }, item.alias, item.columns, isList ? INLINE_ALIASES : undefined);
}

const INLINE_ALIASES = "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH";

/** The block under an alias, its columns renamed where names are given. */
function named(block: Block, alias: string | undefined, names: readonly string[], mismatch?: string): Block {
  const qualified = alias === undefined ? block.columns : requalified(block.columns, alias);
  return { ...block, columns: renamed(qualified, names, mismatch) };
}

/** What Spark says of too many or too few names for the columns of a table function. */
const FUNCTION_ALIASES = "NUM_TABLE_VALUE_ALIASES_MISMATCH";

function compileFunction(item: Of<"function">, environment: Environment, lateral: readonly ScopeColumn[]): Block {
  const relation = environment.analysis.relations.get(item);
  if (relation) {
    const output = relation.output.map((one, i) => ({ ...one, id: String(i) }));
    return named(relationBlock(relation.sql, output, environment), item.alias, item.columns);
  }
  if (item.call.name === "range") {
    return named(rangeBlock(item.call.args, environment), item.alias, item.columns, FUNCTION_ALIASES);
  }
  const routine = environment.analysis.routines?.get(item.call.name);
  if (routine) {
    const around: Scope = { environment: lateralEnvironment(environment, lateral), columns: [] };
    const rows = compileTableRoutine(item.call, routine, around, compileExpression);
    const block = relationBlock(`LATERAL (${rows.sql})`, rows.output, environment);
    return named(block, item.alias ?? routine.name.at(-1), item.columns);
  }
  if (lookupFunction(item.call.name)?.kind !== "generator") throw unknownTableFunction(item.call.name);
  const scope: Scope = { environment: lateralEnvironment(environment, lateral), columns: [] };
  const block = generatorBlock(item.call, scope);
  const from = block.from();
  const names = generatedNames(item.columns, block.columns, item.call.name, FUNCTION_ALIASES);
  return named({ ...block, from: () => `LATERAL ${from}` }, item.alias, names);
}

function unknownTableFunction(name: string): Error {
  return analysisError(
    "UNRESOLVABLE_TABLE_VALUED_FUNCTION",
    "42883",
    `Could not resolve \`${name}\` to a table-valued function.`,
    { cure: tableFunctionCure(name), parameters: { name: `\`${name}\`` } },
  );
}

function tableFunctionCure(name: string): string {
  const nearest = nearestWord(name, ["STREAM", "read_files", "range", "explode", "table_changes"]);
  return nearest === undefined
    ? "Make sure that it is defined and its arguments are right."
    : `Did you mean ${nearest}(...)?`;
}

/** `range(end)`, `range(start, end)`, `range(start, end, step)`, `range(start, end, step, partitions)`. */
function rangeBlock(args: readonly Expression[], environment: Environment): Block {
  const { analysis } = environment;
  const bounds = args
    .slice(0, 3)
    .map((one) => coerce(compileExpression(one, { environment, columns: [] }), LONG, analysis.context));
  if (bounds.length === 0 || args.length > 4) {
    throw analysisError("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "42605", "range() takes 1 to 4 arguments.");
  }
  const sql = `(SELECT "range" AS "id" FROM range(${bounds.map((one) => one.sql).join(", ")}))`;
  const column = { name: "id", dataType: LONG, nullable: false, engineName: "id", qualifiers: [["range"]], id: "id" };
  return relationBlock(sql, [column], environment);
}
