/** The statements of a source file, each with the configuration's values in it and its lines those of the file. */
import { isLakeletError, locatedAt } from "../errors/lakelet-error.js";
import { parseStatements, splitStatements } from "../sql/parse/parse.js";
import { positionOf } from "../sql/parse/syntax-error.js";
import type { Statement } from "../sql/statement.js";
import { withConfiguration } from "./configuration-values.js";
import type { SourcePlace } from "./definition.js";
import { misspeltStatement, withMeantWord } from "./misspelt-word.js";

export interface SqlSource {
  /** As messages are to name it. */
  readonly file: string;
  readonly text: string;
  /** Of the text's first line in the file, where it is a cell of a notebook; 1 by default. */
  readonly firstLine?: number;
}

export interface PlacedStatement {
  readonly statement: Statement;
  readonly place: SourcePlace;
}

/** What separates the cells of a notebook ends a statement, too. */
const CELL_MARK = /^-- (?:COMMAND -{10}|%%.*)[ \t]*$/gm;

/**
 * @param configuration asked again for each statement: SET changes it for those below
 * @throws PARSE_SYNTAX_ERROR, SQL_CONF_NOT_FOUND, both with file and line
 */
export function* placedStatements(
  source: SqlSource,
  configuration: () => Readonly<Record<string, string>>,
): Generator<PlacedStatement> {
  const { file, firstLine = 1 } = source;
  const text = source.text.replace(/^\uFEFF/, "").replace(CELL_MARK, (mark) => ";".padEnd(mark.length));
  const placeOf = (offset: number): SourcePlace => ({ file, line: positionOf(text, offset).line + firstLine - 1 });
  for (const { text: own, start } of located(file, firstLine, () => splitStatements(text))) {
    const filled = withConfiguration(own, configuration(), (offset) => placeOf(start + offset));
    const { line, column } = positionOf(text, start);
    // Blank lines before it give it the lines and columns that it has in the file.
    const padded = `${"\n".repeat(line + firstLine - 2)}${" ".repeat(column - 1)}${filled}`;
    const place = placeOf(start);
    const parsed = located(file, 1, () => parseStatements(padded), place.line, filled);
    for (const { statement } of parsed) {
      const misspelt = statement.kind === "unsupported" ? misspeltStatement(filled) : undefined;
      if (misspelt) throw locatedAt(misspelt, place);
      yield { statement, place };
    }
  }
}

/** An error of the parser gets the file, and the line in it: that of the statement where it knows none. */
function located<Result>(
  file: string,
  firstLine: number,
  parse: () => Result,
  statement?: number,
  text?: string,
): Result {
  try {
    return parse();
  } catch (error) {
    if (!isLakeletError(error)) throw error;
    const own = error.parameters.line;
    const line = own === undefined ? statement : Number(own) + firstLine - 1;
    const column = Number(error.parameters.column ?? 0);
    const told = text === undefined ? error : withMeantWord(error, text);
    throw locatedAt(told, { file, ...(line === undefined ? {} : { line }), ...(column > 0 ? { column } : {}) });
  }
}
