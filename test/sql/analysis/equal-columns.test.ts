import { beforeAll, describe, expect, it } from "vitest";
import type { ExpressionCompiler, ScopeRelation } from "../../../src/engine/expression-compiler.js";
import { field, INTEGER, LONG, STRING, struct } from "../../../src/schema/data-type.js";
import { createExpressionCompiler } from "../../../src/sql/analysis/expression-compiler.js";
import { loadParser } from "../../../src/sql/parse/parse.js";

let compiler: ExpressionCompiler;
beforeAll(async () => {
  await loadParser();
  compiler = createExpressionCompiler({
    timeZone: "UTC",
    now: 0n,
    currentCatalog: "main",
    currentSchema: "default",
    currentUser: "test",
    seed: () => 1,
  });
});

const relation = (alias: string, idType: typeof LONG): ScopeRelation => ({
  qualifier: [alias],
  engineAlias: alias,
  schema: struct([field("id", idType), field("name", STRING), field(`only_${alias}`, STRING)]),
});

function equalities(condition: string): readonly string[] | undefined {
  const pairs = compiler.compile(condition, [relation("t", LONG), relation("s", INTEGER)]).equalities;
  return pairs?.map(([one, other]) => `${one.relation}.${one.column} = ${other.relation}.${other.column}`);
}

describe("the columns that a condition equates", () => {
  it.each([
    ["t.id = s.id", ["t.id = s.id"]],
    ["S.ID == T.Id AND t.name > 'a'", ["t.id = s.id"]],
    [
      "t.name = s.name AND (t.id = s.id AND only_t = only_s)",
      ["t.name = s.name", "t.id = s.id", "t.only_t = s.only_s"],
    ],
  ])("%s", (condition, expected) => {
    expect(equalities(condition)).toEqual(expected);
  });

  it.each([
    ["an alternative", "t.id = s.id OR t.name = s.name"],
    ["a negation", "NOT (t.id = s.id)"],
    ["NULL that equals NULL", "t.id <=> s.id"],
    ["an expression", "t.id = s.id + 1"],
    ["columns of different types", "t.id = s.name"],
    ["columns of one relation", "t.name = t.only_t"],
  ])("says nothing of %s", (_, condition) => {
    expect(equalities(condition)).toEqual([]);
  });
});
