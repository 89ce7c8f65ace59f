/** DESCRIBE FUNCTION: of functions that users made all that is known, of built-in ones that they are there. */
import type { RoutineEntry } from "../../../catalog/routine-catalog.js";
import { identifierText } from "../../../catalog/table-identifier.js";
import { STRING } from "../../../schema/data-type.js";
import { lookupFunction } from "../../../sql/functions/registry.js";
import type { RoutineStatement } from "../../../sql/routine-statement.js";
import { lookupRoutine } from "../routines.js";
import { resultOf, type StatementContext, type StatementResult } from "../statement-context.js";
import { javaDate } from "../view-description.js";
import { unresolvedRoutine } from "./function-statements.js";

type DescribeFunction = Extract<RoutineStatement, { kind: "describe-function" }>;

export async function describeFunction(
  { name, extended }: DescribeFunction,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  const { current } = runtime.state;
  const found = await lookupRoutine(runtime, name, current);
  if (found) return lines(routineLines(found.entry, found.temporary, extended));
  const entry = name.length === 1 ? lookupFunction(name[0] ?? "") : undefined;
  if (!entry) throw unresolvedRoutine(name, current);
  const [only = ""] = name;
  const about =
    entry.kind === "refused"
      ? `Usage: not available in lakelet; use ${entry.alternative}.`
      : `Usage: ${only.toLowerCase()} is built in and answers as Spark's function of that name.`;
  return lines([`Function: ${only.toLowerCase()}`, `Class: lakelet.${entry.kind}`, about]);
}

function routineLines(entry: RoutineEntry, temporary: boolean, extended: boolean): readonly string[] {
  const { returns, parameters } = entry;
  const inputs = parameters.map(({ name, type, defaultValue, comment }) => {
    const given = defaultValue === undefined ? "" : ` DEFAULT ${defaultValue}`;
    return `${name} ${type.toUpperCase()}${given}${comment === undefined ? "" : ` '${comment}'`}`;
  });
  const result =
    returns.kind === "table" ? `TABLE${returns.columns === undefined ? "" : ` (${returns.columns})`}` : returns.type;
  return [
    `Function:      ${temporary ? entry.identifier.name : identifierText(entry.identifier)}`,
    `Type:          ${returns.kind === "table" ? "TABLE" : "SCALAR"}`,
    ...(inputs.length === 0
      ? ["Input:         ()"]
      : inputs.map((one, i) => `${i === 0 ? "Input:  " : "        "}       ${one}`)),
    ...(result === undefined ? [] : [`Returns:       ${returns.kind === "table" ? result : result.toUpperCase()}`]),
    ...(extended ? extendedLines(entry) : []),
  ];
}

function extendedLines(entry: RoutineEntry): readonly string[] {
  return [
    ...(entry.comment === undefined ? [] : [`Comment:       ${entry.comment}`]),
    ...(entry.deterministic === undefined ? [] : [`Deterministic: ${entry.deterministic}`]),
    ...(entry.sqlDataAccess === undefined ? [] : [`Data Access:   ${entry.sqlDataAccess}`]),
    `Create Time:   ${javaDate(entry.created)}`,
    `Body:          ${entry.body}`,
  ];
}

function lines(texts: readonly string[]): StatementResult {
  return resultOf(
    [["function_desc", STRING]],
    texts.map((one) => [one]),
  );
}
