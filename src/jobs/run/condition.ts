/** A condition_task: two operands and what is between them. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { parseReferences, type ReferenceScope, resolveReferences } from "../reference.js";
import type { ConditionOutcome } from "./attempt.js";

export type ConditionOperator =
  | "EQUAL_TO"
  | "NOT_EQUAL"
  | "GREATER_THAN"
  | "GREATER_THAN_OR_EQUAL"
  | "LESS_THAN"
  | "LESS_THAN_OR_EQUAL";

export interface ConditionSettings {
  readonly op: ConditionOperator;
  readonly left: string;
  readonly right: string;
}

export interface EvaluatedCondition {
  /** References replaced. */
  readonly settings: { readonly op: ConditionOperator; readonly left: string; readonly right: string };
  readonly outcome: ConditionOutcome;
}

/**
 * `EQUAL_TO` and `NOT_EQUAL` compare texts (`12.0` is not `12`), the others numbers.
 * Throws `INVALID_CONDITION_TASK` for an operand that is no number where one is wanted, and for a task value that is a list or an object.
 */
export function evaluateCondition({ op, left, right }: ConditionSettings, scope: ReferenceScope): EvaluatedCondition {
  const settings = { op, left: operandText(left, scope), right: operandText(right, scope) };
  return { settings, outcome: holds(settings) ? "true" : "false" };
}

function operandText(operand: string, scope: ReferenceScope): string {
  for (const part of parseReferences(operand)) {
    if (typeof part === "string") continue;
    const [namespace, key = "", kind, name = ""] = part.path;
    if (namespace !== "tasks" || kind !== "values") continue;
    const values = scope.tasks.get(key)?.values ?? {};
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (typeof value === "object") {
      const what = value === null ? "null" : Array.isArray(value) ? "a list" : "an object";
      throw invalid(`The task value ${part.source} is ${what}.`, "A condition compares numbers, texts and booleans.");
    }
  }
  return resolveReferences(operand, scope);
}

function holds({ op, left, right }: ConditionSettings): boolean {
  if (op === "EQUAL_TO") return left === right;
  if (op === "NOT_EQUAL") return left !== right;
  const order = compare(numberOf(left, op), numberOf(right, op));
  switch (op) {
    case "GREATER_THAN":
      return order > 0;
    case "GREATER_THAN_OR_EQUAL":
      return order >= 0;
    case "LESS_THAN":
      return order < 0;
    case "LESS_THAN_OR_EQUAL":
      return order <= 0;
  }
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const WHOLE = /^[+-]?\d+$/;

function numberOf(text: string, op: ConditionOperator): string {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return trimmed;
  throw invalid(
    `${op} compares numbers, and ${JSON.stringify(text)} is none.`,
    "Compare texts with EQUAL_TO or NOT_EQUAL.",
  );
}

/** Whole numbers exactly: ids are longer than a double holds. */
function compare(left: string, right: string): number {
  if (WHOLE.test(left) && WHOLE.test(right)) {
    const difference = BigInt(left.replace(/^\+/, "")) - BigInt(right.replace(/^\+/, ""));
    return difference > 0n ? 1 : difference < 0n ? -1 : 0;
  }
  return Number(left) - Number(right);
}

function invalid(problem: string, cure: string): LakeletError {
  return new LakeletError({ condition: "INVALID_CONDITION_TASK", sqlState: "42000", problem, cure });
}
