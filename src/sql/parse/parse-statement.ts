/** One statement of Spark SQL: commands by our own grammar, the queries and expressions in them by the library. */
import type { Query } from "../ast.js";
import type { Statement } from "../statement.js";
import { restAsQuery, seesQuery } from "./clause-text.js";
import { objectName } from "./identifier-clause.js";
import { nearestWord } from "./nearest-word.js";
import { parseAlter, parseComment } from "./parse-alter.js";
import { parseAnalyze, parseList } from "./parse-catalog.js";
import { parseCopyInto } from "./parse-copy-into.js";
import { parseCreate, parseDrop, parseReplace } from "./parse-create.js";
import { parseDescribe, parseShow } from "./parse-describe.js";
import { parseInsert } from "./parse-insert.js";
import { parseConvert, parseFsck, parseOptimize, parseReorg, parseRestore, parseVacuum } from "./parse-maintenance.js";
import { parseDelete, parseMerge, parseUpdate } from "./parse-merge.js";
import { changesInto } from "./parse-pipeline.js";
import { commonTables } from "./parse-range.js";
import { parseRefresh } from "./parse-refresh.js";
import { parseReset, parseSet, parseUse } from "./parse-setting.js";
import { parseDeclare, parseExecute } from "./parse-variable.js";
import type { TokenCursor } from "./token-cursor.js";
import { UNSUPPORTED_WORDS, unsupported, unsupportedStatement } from "./unsupported-statement.js";

/** The statements by their first word, which has been stepped over. */
const STATEMENTS: Readonly<Record<string, (cursor: TokenCursor) => Statement>> = {
  CREATE: parseCreate,
  REPLACE: parseReplace,
  DROP: parseDrop,
  INSERT: (cursor) => parseInsert(cursor),
  MERGE: parseMerge,
  UPDATE: parseUpdate,
  DELETE: parseDelete,
  TRUNCATE: parseTruncate,
  DESCRIBE: parseDescribe,
  DESC: parseDescribe,
  SHOW: parseShow,
  USE: parseUse,
  SET: parseSet,
  RESET: parseReset,
  EXPLAIN: parseExplain,
  CACHE: parseCache,
  UNCACHE: parseUncache,
  REFRESH: parseRefresh,
  COMMENT: parseComment,
  ALTER: parseAlter,
  OPTIMIZE: parseOptimize,
  VACUUM: parseVacuum,
  RESTORE: parseRestore,
  CONVERT: parseConvert,
  REORG: parseReorg,
  FSCK: parseFsck,
  COPY: parseCopyInto,
  CLEAR: parseClear,
  ANALYZE: parseAnalyze,
  LIST: parseList,
  DECLARE: parseDeclare,
  EXECUTE: parseExecute,
};
const FIRST_WORDS = [
  "AUTO",
  "APPLY",
  "SELECT",
  "WITH",
  "FROM",
  "VALUES",
  "TABLE",
  ...Object.keys(STATEMENTS),
  ...UNSUPPORTED_WORDS,
];

/** Parses the whole range of the cursor as one statement. */
export function parseStatement(cursor: TokenCursor): Statement {
  const { upper } = cursor.peek();
  const known = STATEMENTS[upper];
  if (known !== undefined) {
    cursor.at++;
    return known(cursor);
  }
  if (cursor.sees("AUTO", "CDC") || cursor.sees("APPLY", "CHANGES")) return changesInto(cursor);
  const refused = unsupportedStatement(cursor);
  if (refused !== undefined) return refused;
  if (upper === "WITH") return parseWith(cursor);
  if (upper === "(" || seesQuery(cursor)) return { kind: "query", query: restAsQuery(cursor) };
  const nearest = nearestWord(cursor.peek().value, FIRST_WORDS);
  throw cursor.error("No statement begins like this.", nearest === undefined ? undefined : `Did you mean ${nearest}?`);
}

/** `WITH ... SELECT`, or `WITH ... INSERT INTO t SELECT ...`. */
function parseWith(cursor: TokenCursor): Statement {
  const start = cursor.at;
  const scan = cursor.copy();
  while (!scan.done && !scan.sees("SELECT") && !seesInsert(scan)) {
    scan.at = scan.sees("(") ? scan.closing(scan.at) + 1 : scan.at + 1;
  }
  if (!scan.sees("INSERT")) return { kind: "query", query: restAsQuery(cursor) };
  const { recursive, ctes } = commonTables(cursor.list, start, scan.at);
  cursor.at = scan.at + 1;
  return parseInsert(cursor, (body: Query) => ({ kind: "with", recursive, ctes, body }));
}

function seesInsert(cursor: TokenCursor): boolean {
  return ["INTO", "OVERWRITE", "WITH"].some((word) => cursor.sees("INSERT", word));
}

function parseTruncate(cursor: TokenCursor): Statement {
  cursor.expect("TABLE");
  const table = objectName(cursor, "a table's name");
  if (cursor.sees("PARTITION"))
    return unsupported(cursor, "TRUNCATE TABLE ... PARTITION", "Use DELETE FROM ... WHERE.");
  cursor.end();
  return { kind: "truncate", table };
}

function parseExplain(cursor: TokenCursor): Statement {
  const word = cursor.acceptOneOf("EXTENDED", "FORMATTED", "COST", "CODEGEN", "LOGICAL");
  if (word === "CODEGEN" || word === "LOGICAL") {
    return unsupported(cursor, `EXPLAIN ${word}`, "No Java code is made here; use EXPLAIN or EXPLAIN EXTENDED.");
  }
  const mode = word === undefined ? "simple" : (word.toLowerCase() as "extended" | "formatted" | "cost");
  const text = cursor.text(cursor.at, cursor.limit);
  return { kind: "explain", mode, text, statement: parseStatement(cursor) };
}

function parseCache(cursor: TokenCursor): Statement {
  cursor.accept("LAZY");
  cursor.expect("TABLE");
  const table = objectName(cursor, "a table's name");
  if (cursor.accept("OPTIONS")) cursor.at = cursor.closing(cursor.at) + 1;
  if (cursor.sees("AS") || seesQuery(cursor)) {
    cursor.accept("AS");
    const queryText = cursor.text(cursor.at, cursor.limit);
    restAsQuery(cursor);
    return { kind: "cache-query", name: table.at(-1) ?? "", queryText };
  }
  cursor.end();
  return { kind: "cache", table };
}

function parseUncache(cursor: TokenCursor): Statement {
  cursor.expect("TABLE");
  const ifExists = cursor.accept("IF", "EXISTS");
  const table = objectName(cursor, "a table's name");
  cursor.end();
  return { kind: "uncache", table, ifExists };
}

function parseClear(cursor: TokenCursor): Statement {
  cursor.expect("CACHE");
  cursor.end();
  return { kind: "clear-cache" };
}
