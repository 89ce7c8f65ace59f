/** `df.colRegex`: a Column that stands for every column whose name matches; a select list is written out with it. */
import { quoteName } from "../schema/type-text.js";
import { Column, nameText } from "./column.js";

const QUALIFIER = "#regex";

/** A name in backticks is a pattern, any other the name of one column, as in Spark. */
export function columnsMatching(pattern: string): Column {
  const quoted = /^`((?:[^`]|``)*)`$/.exec(pattern)?.[1];
  if (quoted === undefined) return new Column(nameText(pattern));
  return new Column(`${quoteName(QUALIFIER)}.${quoteName(quoted.replaceAll("``", "`"))}`);
}

/** The pattern of an item of a select list that {@link columnsMatching} made. */
export function patternOf(expression: string): RegExp | undefined {
  const quoted = /^`#regex`\.`((?:[^`]|``)*)`$/.exec(expression)?.[1];
  return quoted === undefined ? undefined : new RegExp(`^(?:${quoted.replaceAll("``", "`")})$`, "iu");
}
