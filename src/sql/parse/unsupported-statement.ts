/** Statements that Spark or Databricks knows and lakelet does not run. */
import type { Statement } from "../statement.js";
import type { TokenCursor } from "./token-cursor.js";

/** Statements by their first words, with what to do instead where there is something. */
const UNSUPPORTED: readonly (readonly [string, string?])[] = [
  ["GENERATE symlink_format_manifest", "Readers of Delta tables need no manifest."],
  ["GENERATE"],
  ["UNDROP"],
  ["GRANT", "Access on one machine is that of its files."],
  ["REVOKE", "Access on one machine is that of its files."],
  ["DENY", "Access on one machine is that of its files."],
  ["MSCK"],
  ["REPAIR"],
  ["SYNC"],
  ["LOAD DATA"],
  ["ADD"],
  ["PUT", "Copy the file into the volume's folder, or use dbutils.fs.cp."],
  ["GET", "Copy the file from the volume's folder, or use dbutils.fs.cp."],
  ["REMOVE", "Delete the file in the volume's folder, or use dbutils.fs.rm."],
  ["CALL"],
  ["BEGIN", "Run the statements one after another."],
  ["START TRANSACTION"],
  ["COMMIT"],
  ["ROLLBACK"],
  ["LOCK"],
  ["UNLOCK"],
  ["EXPORT"],
  ["IMPORT"],
];

/** First words of what is known and not run, for the nearest known statement. */
export const UNSUPPORTED_WORDS: readonly string[] = UNSUPPORTED.map(([name]) => name.split(" ")[0] ?? name);

/** The rest of the statement is not looked at: execution refuses it by its name. */
export function unsupported(cursor: TokenCursor, name: string, alternative?: string): Statement {
  cursor.at = cursor.limit;
  return { kind: "unsupported", name: name.trim(), ...(alternative === undefined ? {} : { alternative }) };
}

/** The statement at the cursor where it is one of those; undefined otherwise. */
export function unsupportedStatement(cursor: TokenCursor): Statement | undefined {
  const found = UNSUPPORTED.find(([name]) => cursor.sees(...name.toUpperCase().split(" ")));
  return found === undefined ? undefined : unsupported(cursor, found[0], found[1]);
}
