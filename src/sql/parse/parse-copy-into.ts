/** COPY INTO. */
import type { MaintenanceStatement } from "../maintenance-statement.js";
import type { Statement } from "../statement.js";
import { expressionText } from "./clause-text.js";
import { tableOrPath } from "./parse-maintenance.js";
import { propertyList } from "./property-list.js";
import type { TokenCursor } from "./token-cursor.js";
import { unsupported } from "./unsupported-statement.js";

type CopyInto = Extract<MaintenanceStatement, { kind: "copy-into" }>;
type Clauses = { -readonly [K in "files" | "formatOptions" | "copyOptions"]: CopyInto[K] } & { pattern?: string };

/** Behind COPY. */
export function parseCopyInto(cursor: TokenCursor): Statement {
  cursor.expect("INTO");
  const table = tableOrPath(cursor);
  if (cursor.sees("(") || cursor.sees("BY", "POSITION"))
    return unsupported(
      cursor,
      "COPY INTO with a list of columns",
      "Name the columns in the files, or leave the list out.",
    );
  cursor.expect("FROM");
  const source = copySource(cursor);
  if (cursor.sees("WITH"))
    return unsupported(cursor, "COPY INTO ... WITH (CREDENTIAL)", "Leave it out: files are local.");
  cursor.expect("FILEFORMAT", "=");
  const fileFormat = (cursor.peek().kind === "string" ? cursor.string() : cursor.name("a format")).toLowerCase();
  if (cursor.sees("VALIDATE")) return unsupported(cursor, "COPY INTO ... VALIDATE");
  const clauses: Clauses = { files: [], formatOptions: {}, copyOptions: {} };
  while (copyClause(cursor, clauses));
  cursor.end();
  return { kind: "copy-into", table, ...source, fileFormat, ...clauses };
}

/** `'path'`, or `(SELECT list FROM 'path')`. */
function copySource(cursor: TokenCursor): Pick<CopyInto, "from" | "columns"> {
  if (!cursor.accept("(")) return { from: cursor.string("the files' path in quotes") };
  cursor.expect("SELECT");
  const columns: string[] = [];
  do columns.push(cursor.accept("*") ? "*" : expressionText(cursor, [",", "FROM", ")"]));
  while (cursor.accept(","));
  cursor.expect("FROM");
  const from = cursor.string("the files' path in quotes");
  cursor.expect(")");
  return { from, columns };
}

function copyClause(cursor: TokenCursor, clauses: Clauses): boolean {
  if (cursor.accept("FILES", "=")) clauses.files = cursor.listOf(() => cursor.string("a file's name in quotes"));
  else if (cursor.accept("PATTERN", "=")) clauses.pattern = cursor.string("a pattern in quotes");
  else if (cursor.accept("FORMAT_OPTIONS")) clauses.formatOptions = propertyList(cursor);
  else if (cursor.accept("COPY_OPTIONS")) clauses.copyOptions = propertyList(cursor);
  else return false;
  return true;
}
