/** Whether the expressions of a plan ask for the file that a row comes from. */
import type { Plan } from "./plan.js";

/** Names that only end with `_metadata` mean something else. */
const FILE_WORDS = /input_file_name|(?<!\w)_metadata\b|input_file_block/i;

/** True if any expression in the plan, or the text, names the file of a row. */
export function asksForFile(plan: Plan | string): boolean {
  if (typeof plan === "string") return FILE_WORDS.test(plan);
  return textsOf(plan).some((text) => FILE_WORDS.test(text)) || inputsOf(plan).some(asksForFile);
}

export function inputsOf(plan: Plan): readonly Plan[] {
  if ("input" in plan) return [plan.input];
  if ("left" in plan) return [plan.left, plan.right];
  return [];
}

export function textsOf(plan: Plan): readonly string[] {
  switch (plan.kind) {
    case "sql":
    case "query":
      return [plan.text];
    case "lateral-join":
      return [plan.subquery];
    case "project":
      return plan.expressions;
    case "with-columns":
      return plan.columns.map((column) => column.expression);
    case "filter":
      return [plan.condition];
    case "aggregate":
      return [...plan.keys, ...plan.aggregates];
    case "sort":
      return plan.keys.map((key) => key.text);
    case "join":
      return plan.on === undefined ? [] : [plan.on];
    default:
      return [];
  }
}
