/** Where in a statement an error stands, and the line with a mark below it. */
import { asLakeletError } from "../../tasks/failure.js";

/** The condition's parameters that hold a name as the statement has it. */
const NAMES = [
  "objectName",
  "relationName",
  "routineName",
  "fieldName",
  "columnName",
  "functionName",
  "name",
  "tableName",
];

/** Two lines, the second with `^`; undefined where the place is not known. */
export function markedLine(statement: string, error: unknown): string | undefined {
  const known = asLakeletError(error);
  if (known === undefined) return undefined;
  const offset = offsetOf(statement, known.parameters);
  if (offset === undefined) return undefined;
  const start = statement.lastIndexOf("\n", offset - 1) + 1;
  const [line = ""] = statement.slice(start).split("\n");
  return `  ${line.replaceAll("\t", " ")}\n  ${" ".repeat(offset - start)}^`;
}

function offsetOf(statement: string, parameters: Readonly<Record<string, string>>): number | undefined {
  const { line, column } = parameters;
  if (line !== undefined && column !== undefined) {
    const before = statement.split("\n").slice(0, Number(line) - 1);
    return before.reduce((sum, one) => sum + one.length + 1, 0) + Number(column) - 1;
  }
  for (const name of NAMES) {
    const place = placeOf(statement, parameters[name]);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** The name as a word of the statement, with or without its qualifier and backticks. */
function placeOf(statement: string, value: string | undefined): number | undefined {
  const last = value?.split(".").at(-1)?.replaceAll(/[`"]/g, "");
  if (last === undefined || last === "") return undefined;
  const escaped = last.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const found = new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, "iu").exec(statement);
  return found?.index;
}
