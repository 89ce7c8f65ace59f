/** Data in a terminal is shown and moves nothing. */
import { expect, test } from "vitest";
import { terminalText } from "../../../src/cli/progress/terminal-text.js";

test.each([
  ["plain\ttext\nof lines, zażółć 🦆", "plain\ttext\nof lines, zażółć 🦆"],
  ["\u001b[31mred\u001b[39m", "\u001b[31mred\u001b[39m"],
  ["\u001b[2J\u001b]0;title\u0007", "\\u001b[2J\\u001b]0;title\\u0007"],
  ["a\rb\bc\u009b2J\u007f", "a\\u000db\\u0008c\\u009b2J\\u007f"],
  ["\u202egnp.exe\u2028", "\\u202egnp.exe\\u2028"],
])("%j", (text, shown) => {
  expect(terminalText(text)).toBe(shown);
});
