/** CASE and IN over values: branches and members brought to their least common type. */
import { BOOLEAN } from "../../schema/data-type.js";
import type { Expression } from "../ast.js";
import { alikeType } from "../coercion/coercion.js";
import { unorderable } from "../functions/function-errors.js";
import { computedFirst } from "../functions/moved-constant.js";
import { isOrderable } from "../functions/ordering.js";
import type { FunctionContext, Typed } from "../typed.js";
import { analysisError, noCommonType, sqlType } from "./analysis-errors.js";
import { coerceAll } from "./implicit-cast.js";
import { NULL_VALUE } from "./literal.js";

type Compile = (expression: Expression) => Typed;
type CaseExpression = Extract<Expression, { kind: "case" }>;
type InExpression = Extract<Expression, { kind: "in" }>;

/** What an expression over these values inherits from them. */
export function traitsOf(values: readonly Typed[]): Pick<Typed, "aggregate" | "deterministic"> {
  return {
    ...(values.some((one) => one.aggregate) ? { aggregate: true } : {}),
    ...(values.some((one) => one.deterministic === false) ? { deterministic: false } : {}),
  };
}

export function compileCase(expression: CaseExpression, compile: Compile, context: FunctionContext): Typed {
  const { operand } = expression;
  const conditions = expression.branches.map(({ when }) =>
    condition(compile(operand === undefined ? when : { kind: "call", name: "=", args: [operand, when] })),
  );
  const thens = expression.branches.map(({ then }) => compile(then));
  const results = coerceAll([...thens, expression.otherwise ? compile(expression.otherwise) : NULL_VALUE], context);
  if (!results)
    throw noCommonType(
      "case when",
      thens.map((one) => one.dataType),
    );
  const branches = conditions.map((one, i) => `WHEN ${one.sql} THEN ${results.values[i]?.sql}`);
  return {
    sql: `(CASE ${branches.join(" ")} ELSE ${results.values.at(-1)?.sql} END)`,
    dataType: results.dataType,
    nullable: results.values.some((one) => one.nullable),
    ...traitsOf([...conditions, ...results.values]),
  };
}

function condition(value: Typed): Typed {
  if (value.dataType.kind === "boolean") return value;
  throw analysisError(
    "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
    "42K09",
    `A condition of CASE requires the "BOOLEAN" type, but it has the type ${sqlType(value.dataType)}.`,
    { cure: "Compare it with a value, or cast it to BOOLEAN.", parameters: { inputType: sqlType(value.dataType) } },
  );
}

/** The engine looks into a list once for each word of a dictionary, where IN compares each row with each member; but no file's reader takes it. */
function isText({ literal, dataType }: Typed): boolean {
  return dataType.kind === "string" && typeof literal?.value === "string";
}

export function compileIn(expression: InExpression, compile: Compile, context: FunctionContext): Typed {
  const operand = compile(expression.operand);
  const members = expression.values.map(compile);
  const common = coerceAll([operand, ...members], context, alikeType);
  if (!common)
    throw noCommonType(
      "in",
      [operand, ...members].map((one) => one.dataType),
    );
  if (!isOrderable(common.dataType)) throw unorderable("in", common.dataType);
  const [value, ...values] = common.values;
  const texts = values.map((one) => one.sql);
  const isFoundInList = context.asksForValues === true && common.dataType.kind === "string" && members.every(isText);
  const operandSql = computedFirst(operand, value?.sql ?? "", texts);
  return {
    sql: isFoundInList
      ? `list_contains([${texts.join(", ")}], ${operandSql})`
      : `(${operandSql} IN (${texts.join(", ")}))`,
    dataType: BOOLEAN,
    nullable: common.values.some((one) => one.nullable),
    ...traitsOf(common.values),
  };
}
