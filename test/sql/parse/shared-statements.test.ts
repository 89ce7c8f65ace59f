/** Statements written by others, where the shared cases are at hand: each parses, to a statement of its leading word's kind. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { loadParser, parseStatements } from "../../../src/sql/parse/parse.js";

const SHARED = process.env.LAKELET_SHARED ?? resolve(import.meta.dirname, "../../../../shared");
const CASES = join(SHARED, "cases");
const SEED = join(SHARED, "seed");
const KINDS: Readonly<Record<string, string>> = {
  SELECT: "query",
  WITH: "query",
  CREATE: "create-table",
  INSERT: "insert",
  MERGE: "merge",
  UPDATE: "update",
  DELETE: "delete",
  ALTER: "alter-table",
  DESCRIBE: "describe-history",
  SET: "set",
  OPTIMIZE: "optimize",
  VACUUM: "vacuum",
  RESTORE: "restore",
};

beforeAll(loadParser);

/** All texts under the keys that hold statements. */
function statementsIn(value: unknown, inside = false): readonly string[] {
  if (typeof value === "string") return inside ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((one) => statementsIn(one, inside));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => statementsIn(inner, ["setup", "run", "query"].includes(key)));
}

describe.skipIf(!existsSync(CASES))("shared cases (skipped where they are not at hand)", () => {
  const files = existsSync(CASES) ? readdirSync(CASES).filter((file) => file.endsWith(".json")) : [];
  test.each(files)("%s", (file) => {
    const texts = statementsIn(JSON.parse(readFileSync(join(CASES, file), "utf8")));
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) {
      const [{ statement } = { statement: undefined }, ...others] = parseStatements(text);
      const word = /\w+/.exec(text)?.[0].toUpperCase() ?? "";
      const allowed = ["unsupported", KINDS[word], word === "DESCRIBE" ? "describe-detail" : undefined];
      expect(allowed, text).toContain(statement?.kind);
      expect(others).toEqual([]);
    }
  });
});

describe.skipIf(!existsSync(SEED))("SQL in the seed documents (skipped where they are not at hand)", () => {
  const files = existsSync(SEED) ? readdirSync(SEED).filter((file) => file.endsWith(".txt")) : [];
  test.each(files)("%s", (file) => {
    const strings = [...readFileSync(join(SEED, file), "utf8").matchAll(/"""([\s\S]*?)"""/g)].map(
      (match) => match[1] ?? "",
    );
    const texts = strings.filter((text) => /^\s*(--.*\n\s*)*(SELECT|WITH|CREATE|INSERT|MERGE)\b/i.test(text));
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) {
      expect(
        parseStatements(text).map((one) => one.statement.kind),
        text,
      ).not.toContain("unsupported");
    }
  });
});
