/** What the Tab key offers at the prompt: tables, columns of the tables that the statement names, functions and keywords. */

/** Where names come from. */
export interface NamesInReach {
  /** Tables, views and temporary views of the current schema. */
  tables(): Promise<readonly string[]>;
  schemas(): Promise<readonly string[]>;
  /** Tables of another schema. */
  tablesOf(schema: string): Promise<readonly string[]>;
  /** Columns of a table; none where it is not there. */
  columns(table: string): Promise<readonly string[]>;
  readonly functions: readonly string[];
}

export interface Completion {
  readonly candidates: readonly string[];
  /** The piece of text that each of them would replace. */
  readonly word: string;
}

const TABLE_WORDS = /\b(from|join|into|update|table|view|describe|desc|using|optimize|vacuum|analyze|truncate)\s+$/i;
const NAME = "[\\w`.]+";
const TABLES_NAMED = new RegExp(
  `\\b(?:from|join|into|update|using|table)\\s+(${NAME})(?:\\s+(?:as\\s+)?(?!(?:${"where|join|on|group|order|set|left|right|inner|full|cross|limit|having|using|when|values|select|lateral|union"})\\b)(\\w+))?`,
  "gi",
);
const KEYWORDS =
  "SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT JOIN LEFT RIGHT FULL INNER CROSS ANTI SEMI ON USING UNION ALL EXCEPT INTERSECT DISTINCT AS AND OR NOT IN IS NULL LIKE BETWEEN EXISTS CASE WHEN THEN ELSE END CAST WITH OVER PARTITION QUALIFY WINDOW LATERAL VIEW PIVOT UNPIVOT INSERT INTO OVERWRITE VALUES UPDATE SET DELETE MERGE MATCHED CREATE REPLACE TABLE TEMPORARY SCHEMA DROP ALTER SHOW TABLES SCHEMAS COLUMNS DESCRIBE EXTENDED DETAIL HISTORY USE OPTIMIZE VACUUM RESTORE EXPLAIN CACHE INTERVAL DATE TIMESTAMP TRUE FALSE ASC DESC NULLS FIRST LAST".split(
    " ",
  );

/**
 * @param text all lines of the statement up to the cursor
 * @param rest what of the statement stands behind the cursor or in later lines
 */
export async function completionOf(text: string, rest: string, names: NamesInReach): Promise<Completion> {
  const word = /[\w`]*$/.exec(text)?.[0] ?? "";
  const before = text.slice(0, text.length - word.length);
  const path = /((?:[\w`]+\.)+)$/.exec(before)?.[1];
  const candidates =
    path === undefined
      ? await bareNames(before, text + rest, word, names)
      : await membersOf(path.slice(0, -1), before, text + rest, names);
  return { candidates: matching(candidates, word), word };
}

async function bareNames(before: string, whole: string, word: string, names: NamesInReach): Promise<readonly string[]> {
  if (TABLE_WORDS.test(before)) return [...(await names.tables()), ...(await names.schemas()).map((one) => `${one}.`)];
  const named = [...new Map(tablesNamed(whole)).values()];
  const columns = (await Promise.all(named.map((one) => names.columns(one)))).flat();
  if (/^\s*$/.test(before)) return asWritten(KEYWORDS, word);
  return [
    ...columns,
    ...names.functions.map((one) => `${one}(`),
    ...asWritten(KEYWORDS, word),
    ...(await names.tables()),
  ];
}

/** Columns of `alias.`, or tables of `schema.` where a table is expected. */
async function membersOf(path: string, before: string, whole: string, names: NamesInReach): Promise<readonly string[]> {
  if (TABLE_WORDS.test(before.slice(0, before.length - path.length - 1))) return names.tablesOf(path);
  const table = new Map(tablesNamed(whole)).get(path.toLowerCase()) ?? path;
  return names.columns(table);
}

/** Tables of the statement by what they are called in it. */
function tablesNamed(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(TABLES_NAMED)].flatMap(([, table = "", alias]) => {
    const last = table.split(".").at(-1) ?? table;
    return [
      [last.toLowerCase(), table] as const,
      ...(alias === undefined ? [] : [[alias.toLowerCase(), table] as const]),
    ];
  });
}

/** Keywords in the case of the word that is being typed. */
function asWritten(words: readonly string[], typed: string): readonly string[] {
  return typed !== "" && typed === typed.toLowerCase() ? words.map((one) => one.toLowerCase()) : words;
}

function matching(candidates: readonly string[], word: string): readonly string[] {
  const wanted = word.toLowerCase();
  return [...new Set(candidates)].filter((one) => one.toLowerCase().startsWith(wanted));
}
