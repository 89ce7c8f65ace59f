/** `f(name => value)`: arguments of the functions whose parameters have names, put in their places. */
import { STRING } from "../../schema/data-type.js";
import type { CallExpression, Expression } from "../ast.js";
import { analysisError } from "./analysis-errors.js";

interface Parameter {
  readonly name: string;
  /** Of what may be left out; null for NULL. */
  readonly otherwise?: string | null;
}

const COLLECTION: readonly Parameter[] = [{ name: "collection" }];
const INPUT: readonly Parameter[] = [{ name: "input" }];

const SIGNATURES: Readonly<Record<string, readonly Parameter[]>> = {
  mask: [
    { name: "str" },
    { name: "upperChar", otherwise: "X" },
    { name: "lowerChar", otherwise: "x" },
    { name: "digitChar", otherwise: "n" },
    { name: "otherChar", otherwise: null },
  ],
  explode: COLLECTION,
  explode_outer: COLLECTION,
  posexplode: COLLECTION,
  posexplode_outer: COLLECTION,
  inline: INPUT,
  inline_outer: INPUT,
  variant_explode: INPUT,
  variant_explode_outer: INPUT,
  count_min_sketch: [{ name: "column" }, { name: "epsilon" }, { name: "confidence" }, { name: "seed" }],
};

/**
 * The call with all arguments in their places. Throws NAMED_PARAMETERS_NOT_SUPPORTED, UNRECOGNIZED_PARAMETER_NAME,
 * DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.*, REQUIRED_PARAMETER_NOT_FOUND.
 */
export function withPlacedArguments(call: CallExpression): CallExpression {
  const { namedArgs, ...rest } = call;
  if (namedArgs === undefined || namedArgs.length === 0) return call;
  const parameters = Object.hasOwn(SIGNATURES, call.name) ? SIGNATURES[call.name] : undefined;
  if (parameters === undefined) {
    throw failure(
      "NAMED_PARAMETERS_NOT_SUPPORTED",
      call,
      "Named parameters are not supported for it.",
      "Give its arguments by position.",
    );
  }
  const given = new Map<number, Expression>(call.args.entries());
  for (const [at, { name, value }] of namedArgs.entries()) {
    const place = parameters.findIndex((one) => one.name.toLowerCase() === name);
    if (place < 0) throw unrecognised(call, name, parameters);
    if (given.has(place)) {
      const twice = namedArgs.slice(0, at).some((one) => one.name === name);
      throw failure(
        `DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.${twice ? "DOUBLE_NAMED_ARGUMENT_REFERENCE" : "BOTH_POSITIONAL_AND_NAMED"}`,
        call,
        `The parameter ${name} is given twice.`,
        "Give it once.",
      );
    }
    given.set(place, value);
  }
  const last = Math.max(...given.keys());
  const args = Array.from({ length: last + 1 }, (_, i) => given.get(i) ?? defaultOf(call, parameters[i]));
  return { ...rest, args };
}

function defaultOf(call: CallExpression, parameter: Parameter | undefined): Expression {
  if (parameter?.otherwise !== undefined) return { kind: "literal", dataType: STRING, value: parameter.otherwise };
  throw failure(
    "REQUIRED_PARAMETER_NOT_FOUND",
    call,
    `The required parameter ${parameter?.name} is missing.`,
    "Give it a value.",
  );
}

function unrecognised(call: CallExpression, name: string, parameters: readonly Parameter[]): Error {
  const proposal = parameters.map((one) => one.name).join(", ");
  return failure(
    "UNRECOGNIZED_PARAMETER_NAME",
    call,
    `It has no parameter ${name}.`,
    `Its parameters are ${proposal}.`,
  );
}

function failure(condition: string, { name }: CallExpression, reason: string, cure: string): Error {
  return analysisError(condition, "4274K", `Cannot call the function \`${name}\`: ${reason}`, {
    cure,
    parameters: { routineName: `\`${name}\`` },
  });
}
