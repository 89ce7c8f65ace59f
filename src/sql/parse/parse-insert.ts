/** INSERT in all its forms. */
import type { Query } from "../ast.js";
import type { SparkText, Statement } from "../statement.js";
import { expressionBeforeQuery, expressionText, restAsQuery, seesQuery } from "./clause-text.js";
import { objectName } from "./identifier-clause.js";
import type { TokenCursor } from "./token-cursor.js";
import { unsupported } from "./unsupported-statement.js";

type Insert = Extract<Statement, { kind: "insert" }>;

/** Behind INSERT. `around` puts the WITH that went before it around its query. */
export function parseInsert(cursor: TokenCursor, around: (query: Query) => Query = (query) => query): Statement {
  if (cursor.sees("WITH", "SCHEMA", "EVOLUTION")) {
    return unsupported(
      cursor,
      "INSERT WITH SCHEMA EVOLUTION",
      "Use df.write with the option mergeSchema, or MERGE WITH SCHEMA EVOLUTION.",
    );
  }
  const overwrite = cursor.accept("OVERWRITE");
  if (!overwrite) cursor.expect("INTO");
  if (overwrite && (cursor.sees("DIRECTORY") || cursor.sees("LOCAL", "DIRECTORY"))) {
    return unsupported(cursor, "INSERT OVERWRITE DIRECTORY", "Use df.write.format(...).save(path).");
  }
  cursor.accept("TABLE");
  const table = objectName(cursor, "a table's name");
  const partition = cursor.accept("PARTITION") ? { partition: partitionSpec(cursor) } : {};
  const ifNotExists = cursor.accept("IF", "NOT", "EXISTS");
  const columns =
    cursor.sees("(") && !seesQuery(cursor) ? { columns: cursor.listOf(() => cursor.names("a column").join(".")) } : {};
  const byName = cursor.accept("BY", "NAME");
  const replace = replaceWhere(cursor);
  if (replace === "unsupported")
    return unsupported(cursor, "INSERT ... REPLACE USING or ON", "Use MERGE, or REPLACE WHERE.");
  if (!seesQuery(cursor)) throw cursor.error("Expected the rows to insert: SELECT, VALUES or TABLE.");
  const insert: Insert = {
    kind: "insert",
    table,
    overwrite,
    ...(replace === undefined ? {} : { replaceWhere: replace }),
    byName,
    ...columns,
    ...partition,
    ifNotExists,
    query: around(restAsQuery(cursor)),
  };
  return insert;
}

function replaceWhere(cursor: TokenCursor): SparkText | "unsupported" | undefined {
  if (cursor.sees("REPLACE", "USING") || cursor.sees("REPLACE", "ON")) return "unsupported";
  return cursor.accept("REPLACE", "WHERE") ? expressionBeforeQuery(cursor) : undefined;
}

/** `(a = 1, b)`: static values as text, dynamic ones undefined. */
function partitionSpec(cursor: TokenCursor): Record<string, SparkText | undefined> {
  const columns = cursor.listOf((): readonly [string, SparkText | undefined] => {
    const name = cursor.name("a partition column");
    return [name, cursor.accept("=") ? expressionText(cursor, [",", ")"]) : undefined];
  });
  return Object.fromEntries(columns);
}
