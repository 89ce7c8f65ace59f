/** Parameters bound in the text. */
import { describe, expect, test } from "vitest";
import { bindParameters } from "../../../src/sql/parse/bind-parameters.js";
import { tokenize } from "../../../src/sql/parse/tokens.js";

/** The tokens' texts, as spaces do not matter. */
function bound(text: string, literals: Readonly<Record<string, string>>): string {
  const result = bindParameters(text, literals);
  return tokenize(result)
    .tokens.map((token) => result.slice(token.start, token.end))
    .join(" ");
}

describe("bindParameters", () => {
  test.each([
    ["select a where b = :x", { x: "5" }, "select a where b = 5"],
    ["select 1-:x, 2", { x: "-5" }, "select 1 - - 5 , 2"],
    ["select a:x, ':x', `:x` -- :x", {}, "select a : x , ':x' , `:x`"],
    ["select f(:x,:y)", { x: "'it\\'s; --'", y: "NULL" }, "select f ( 'it\\'s; --' , NULL )"],
    ["select a::int", {}, "select a :: int"],
  ])("%s", (text, literals, expected) => {
    expect(bound(text, literals as Readonly<Record<string, string>>)).toBe(expected);
  });

  test("a marker without a value is named, with the nearest one", () => {
    expect(() => bindParameters("select :dayz", { day: "1" })).toThrow("Did you mean :day?");
  });
});
