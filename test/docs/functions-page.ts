/** docs/functions.md, made of the registry, the recorded statements and the differences that are known. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { allFunctions, lookupFunction } from "../../src/sql/functions/registry.js";

const read = (...parts: readonly string[]): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, ...parts), "utf8"));

/** What SHOW FUNCTIONS lists in Spark 4.0.1. */
export const SPARK_FUNCTIONS = read("spark-functions.json") as readonly string[];

/** Grammar rather than functions: the parser or FROM answers them, not the registry. */
export const GRAMMAR: ReadonlySet<string> = new Set([
  "case",
  "cast",
  "in",
  "range",
  "table_changes",
  "table_changes_by_path",
  "when",
]);

/** Names that analysis gives to grammar (`x[0]`, LIKE ANY ...), and that nobody calls. */
const INTERNAL: ReadonlySet<string> = new Set([
  "drop_fields",
  "json_path",
  "likeall",
  "likeany",
  "named_arrays_zip",
  "notlikeall",
  "notlikeany",
  "subscript",
  "with_field",
]);

/** Where the answer is Spark's but for one thing. */
export const DIFFERENCES: Readonly<Record<string, string>> = {
  aes_encrypt: "errors of the cipher are worded by OpenSSL",
  approx_count_distinct: "exact, where Spark estimates",
  approx_percentile: "the exact rank, where Spark's sketch has to compress",
  collect_set: "the order of the elements may be another",
  current_catalog: "the catalog is `main`",
  input_file_block_length: "where a file is read: refused",
  input_file_block_start: "where a file is read: refused",
  levenshtein: "a NULL threshold in a column gives NULL; Spark takes it for 0",
  percentile_approx: "the exact rank, where Spark's sketch has to compress",
  rand: "with a seed: the sequence of Spark's first partition",
  randn: "with a seed: the sequence of Spark's first partition",
  random: "with a seed: the sequence of Spark's first partition",
  randstr: "with a seed: the sequence of Spark's first partition",
  shuffle: "with a seed: the sequence of Spark's first partition",
  to_number: "an empty text does not match; Spark 4.0 fails with a Java exception",
  try_to_number: "an empty text gives NULL; Spark 4.0 fails with a Java exception",
  uniform: "with a seed: the sequence of Spark's first partition",
  version: "says that it is lakelet",
};

/** How many recorded statements call or write the function. */
function recordedUses(): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  const folder = join(import.meta.dirname, "../golden/spark");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
  for (const file of files) {
    for (const { sql } of read("../golden/spark", file) as readonly { readonly sql?: string }[]) {
      const code = (sql ?? "").toLowerCase().replace(/'(?:[^'\\]|\\.)*'/g, "''");
      const words = new Set(code.match(/[a-z_][a-z0-9_]*|[^\sa-z0-9_'"(),]+/g));
      for (const word of words) uses.set(word, (uses.get(word) ?? 0) + 1);
    }
  }
  return uses;
}

function answer(name: string, recorded: number): { readonly status: string; readonly note: string } {
  const entry = lookupFunction(name);
  if (entry?.kind === "refused") return { status: "refused", note: entry.alternative };
  const known = entry !== undefined || GRAMMAR.has(name);
  if (!known) return { status: "unknown", note: "" };
  const note = DIFFERENCES[name];
  if (note !== undefined) return { status: "same, but", note };
  return recorded > 0 ? { status: "same", note: "" } : { status: "there", note: "not held by a recorded statement" };
}

const cell = (text: string) => text.replaceAll("|", "\\|");

function table(names: readonly string[], uses: ReadonlyMap<string, number>): readonly string[] {
  return [
    "| function | answers | recorded | note |",
    "| --- | --- | --- | --- |",
    ...names.map((name) => {
      const { status, note } = answer(name, uses.get(name) ?? 0);
      return `| \`${cell(name)}\` | ${status} | ${uses.has(name) && status !== "refused" ? "yes" : ""} | ${cell(note)} |`;
    }),
  ];
}

/** The names that Databricks has besides Spark's. */
export function furtherFunctions(): readonly string[] {
  return allFunctions()
    .flatMap((entry) => entry.names)
    .filter((name) => /^[a-z]/.test(name) && !SPARK_FUNCTIONS.includes(name) && !INTERNAL.has(name))
    .sort();
}

/** The page's text. */
export function functionsPage(): string {
  const uses = recordedUses();
  const statuses = SPARK_FUNCTIONS.map((name) => answer(name, uses.get(name) ?? 0).status);
  const count = (status: string) => statuses.filter((one) => one === status).length;
  return [
    "# Functions",
    "",
    "<!-- Made by test/docs/functions-page.ts from the registry and the recorded statements; a test holds it. -->",
    "",
    `Of the ${SPARK_FUNCTIONS.length} functions and operators that Spark 4.0 lists, ${count("same")} answer the same,`,
    `${count("same, but")} the same but for what the note says, ${count("refused")} are refused by name, with what to use instead,`,
    `and ${count("there")} are there and not held by a recorded statement.`,
    "*Recorded* are those in statements whose answers real Spark gave, and that lakelet repeats in every test run",
    "(`test/golden/spark`). A use that lakelet does not support (an option, a type) is refused by name; what is known to answer otherwise is among the [known differences](sql.md#known-differences).",
    "",
    ...table(SPARK_FUNCTIONS, uses),
    "",
    "## Of Databricks, besides",
    "",
    ...table(furtherFunctions(), uses),
    "",
  ].join("\n");
}
