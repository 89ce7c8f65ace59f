/** docs/quality.md: every word of a rule is exported, its file is read, its options are the command's. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { quarantineCommand } from "../../src/cli/quarantine.js";
import * as lakelet from "../../src/index.js";
import { expectationsOf } from "../../src/quality/expectation-file.js";

const text = readFileSync(join(import.meta.dirname, "../../docs/quality.md"), "utf8");

test("rules of the tables are functions of the package", () => {
  const words = [...text.matchAll(/^\| `(\w+)\(/gm)].map((one) => one[1] ?? "");
  expect(words.length).toBeGreaterThan(15);
  expect(words.filter((word) => typeof Reflect.get(lakelet, word) !== "function")).toEqual([]);
});

test("the file is one", () => {
  const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
  expect(expectationsOf(yaml, "docs/quality.md").expectations.map((one) => one.rule.kind)).toEqual([
    "accepted-values",
    "expression",
    "unique",
    "row-count-change",
    "query",
  ]);
});

test("options of the commands are known", () => {
  const known = quarantineCommand().commands.flatMap((one) => one.options.map(({ long }) => long));
  const lines = text.split("\n").filter((line) => line.startsWith("lakelet quarantine"));
  const used = lines.flatMap((line) => line.match(/--[a-z-]+/g) ?? []);
  expect(used.length).toBeGreaterThan(2);
  expect(used.filter((one) => !known.includes(one))).toEqual([]);
});
