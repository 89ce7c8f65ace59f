/** AUTO CDC and APPLY CHANGES: the clauses behind the target. */
import type { ChangeFlow, ColumnList } from "../pipeline-statement.js";
import { expressionText } from "./clause-text.js";
import { parseSource } from "./parse-range.js";
import { unsupportedFeature } from "./syntax-error.js";
import type { TokenCursor } from "./token-cursor.js";

/** What may follow an expression of these clauses. */
const CLAUSES = ["IGNORE", "APPLY", "SEQUENCE", "SYSTEM", "COLUMNS", "STORED", "TRACK", "WHERE", "KEYS"];

type Draft = { -readonly [Key in keyof ChangeFlow]?: ChangeFlow[Key] };

/** From FROM to the end of the statement. The clauses come in Databricks' order; any other is taken, too. */
export function changeFlow(cursor: TokenCursor, once: boolean): ChangeFlow {
  cursor.expect("FROM");
  const from = cursor.at;
  if (!hasKeys(cursor)) throw cursor.error("KEYS (columns) is missing: what makes a row the same row.");
  parseSource(cursor, "KEYS");
  const source = `SELECT * FROM ${cursor.text(from, cursor.at)}`;
  const draft: Draft = {};
  while (clause(cursor, draft));
  if (draft.keys === undefined) throw cursor.error("Expected KEYS (columns).");
  if (draft.sequenceBy === undefined) {
    throw cursor.error("Expected SEQUENCE BY and what orders the changes.", "Name the column: SEQUENCE BY updated_at.");
  }
  checkTogether(cursor, draft);
  cursor.end();
  const { keys, sequenceBy, ignoreNullUpdates = false, storedAs = 1 } = draft;
  return { ...draft, kind: "auto-cdc", source, keys, sequenceBy, ignoreNullUpdates, storedAs, once };
}

function hasKeys({ list, at, limit }: TokenCursor): boolean {
  return list.tokens
    .slice(at, limit)
    .some((token, i) => token.upper === "KEYS" && list.tokens[at + i + 1]?.upper === "(");
}

/** One clause; false where none stands at the cursor. */
function clause(cursor: TokenCursor, draft: Draft): boolean {
  const twice = (key: keyof ChangeFlow, words: string) => {
    if (draft[key] !== undefined) throw cursor.error(`${words} stands here twice.`, "Leave out one.");
  };
  if (cursor.accept("KEYS")) {
    twice("keys", "KEYS");
    draft.keys = cursor.listOf(() => cursor.names("a key column").join("."));
  } else if (cursor.accept("IGNORE", "NULL", "UPDATES")) {
    twice("ignoreNullUpdates", "IGNORE NULL UPDATES");
    draft.ignoreNullUpdates = true;
    if (cursor.accept("ON")) draft.ignoreNullUpdatesColumns = columnList(cursor);
  } else if (cursor.accept("APPLY", "AS", "DELETE", "WHEN")) {
    twice("applyAsDeletes", "APPLY AS DELETE WHEN");
    draft.applyAsDeletes = expressionText(cursor, CLAUSES);
  } else if (cursor.accept("APPLY", "AS", "TRUNCATE", "WHEN")) {
    twice("applyAsTruncates", "APPLY AS TRUNCATE WHEN");
    draft.applyAsTruncates = expressionText(cursor, CLAUSES);
  } else if (cursor.accept("SEQUENCE", "BY")) {
    twice("sequenceBy", "SEQUENCE BY");
    draft.sequenceBy = sequence(cursor);
  } else if (cursor.sees("COLUMNS", "TO", "UPDATE")) {
    throw unsupportedFeature("AUTO_CDC", "COLUMNS TO UPDATE", "Use IGNORE NULL UPDATES for changes of some columns.");
  } else if (cursor.accept("COLUMNS")) {
    twice("columns", "COLUMNS");
    draft.columns = columnList(cursor);
  } else if (cursor.accept("STORED", "AS")) {
    twice("storedAs", "STORED AS");
    draft.storedAs = storedAs(cursor);
  } else if (cursor.accept("TRACK", "HISTORY", "ON")) {
    twice("trackHistory", "TRACK HISTORY ON");
    draft.trackHistory = columnList(cursor);
  } else if (cursor.sees("SYSTEM", "SEQUENCE", "BY")) {
    throw unsupportedFeature("AUTO_CDC", "SYSTEM SEQUENCE BY", "Use SEQUENCE BY with SCD TYPE 1 or 2.");
  } else if (cursor.sees("WHERE")) {
    throw cursor.error("AUTO CDC has no WHERE.", "Filter in a temporary view, and stream that one.");
  } else return false;
  return true;
}

/** An expression; `(a, b)` and `STRUCT(a, b)` order by the first, then by the second. */
function sequence(cursor: TokenCursor): string {
  const text = expressionText(cursor, CLAUSES);
  return /^\(.*,.*\)$/s.test(text) ? `struct${text}` : text;
}

function storedAs(cursor: TokenCursor): 1 | 2 {
  if (cursor.sees("BITEMPORAL")) {
    throw unsupportedFeature("AUTO_CDC", "STORED AS BITEMPORAL", "Use SCD TYPE 1 or SCD TYPE 2.");
  }
  cursor.expect("SCD", "TYPE");
  const at = cursor.at;
  const type = cursor.integer("1 or 2");
  if (type !== 1 && type !== 2) throw cursor.error("Expected SCD TYPE 1 or SCD TYPE 2.", undefined, at);
  return type;
}

/** `a, b`, `(a, b)`, `* EXCEPT (a, b)` */
function columnList(cursor: TokenCursor): ColumnList {
  const column = () => cursor.names("a column").join(".");
  if (cursor.accept("*")) {
    cursor.expect("EXCEPT");
    return { except: cursor.listOf(column) };
  }
  if (cursor.sees("(")) return { only: cursor.listOf(column) };
  const only = [column()];
  while (cursor.accept(",")) only.push(column());
  return { only };
}

function checkTogether(cursor: TokenCursor, draft: Draft): void {
  if (draft.storedAs === 2 && draft.applyAsTruncates !== undefined) {
    throw unsupportedFeature(
      "AUTO_CDC",
      "APPLY AS TRUNCATE WHEN with SCD TYPE 2",
      "Truncate is for SCD TYPE 1: the history of type 2 is kept.",
    );
  }
  if (draft.storedAs !== 2 && draft.trackHistory !== undefined) {
    throw cursor.error("TRACK HISTORY ON is for STORED AS SCD TYPE 2.", "Add STORED AS SCD TYPE 2, or leave it out.");
  }
}
