import { expect, test } from "vitest";
import { expectationsOf } from "../../src/quality/expectation-file.js";

test("rules by name, in short, and as code has them; what is said of all and of one", () => {
  const { table, expectations } = expectationsOf(
    `
table: silver.orders
owner: sales
expectations:
  - name: known status
    accepted_values: { column: status, values: [new, paid] }
    on_violation: drop
    threshold: { max_percentage: 1 }
    severity: error
    tags: [finance]
  - expression: amount > 0
  - unique: [shop, day]
    on_violation: fail
  - kind: not-null
    column: id
    maxPercentage: 5
  - freshness: { column: at, max_age: 2 hours }
    owner: platform
    description: comes every hour
`,
    "quality/orders.yml",
  );
  expect(table).toBe("silver.orders");
  expect(expectations).toEqual([
    {
      name: "known status",
      rule: { kind: "accepted-values", column: "status", values: ["new", "paid"] },
      onViolation: "drop",
      threshold: { maxPercentage: 1 },
      severity: "error",
      tags: ["finance"],
      owner: "sales",
    },
    {
      name: "expression amount > 0",
      rule: { kind: "expression", condition: "amount > 0" },
      onViolation: "warn",
      owner: "sales",
    },
    {
      name: "unique shop, day",
      rule: { kind: "unique", columns: ["shop", "day"] },
      onViolation: "fail",
      owner: "sales",
    },
    {
      name: "not-null id",
      rule: { kind: "not-null", column: "id", maxPercentage: 5 },
      onViolation: "warn",
      owner: "sales",
    },
    {
      name: "freshness at",
      rule: { kind: "freshness", column: "at", maxAgeSeconds: 7200 },
      onViolation: "warn",
      owner: "platform",
      description: "comes every hour",
    },
  ]);
});

test.each([
  ["an unknown rule", "- matches: { column: a }", 2, "there is no rule matches"],
  ["a missing value", "- unique: x\n  - pattern: { column: a }", 3, "regex"],
  ["two rules at once", "- unique: x\n    expression: a > 0", 2, "more than one rule"],
  ["no rule", "- name: nothing", 2, "has no rule"],
  ["another action", "- expression: a\n    on_violation: stop", 3, "on_violation"],
  ["a rule about all rows that drops", "- unique: x\n    on_violation: drop", 2, "none can be dropped"],
  ["a bound the wrong way round", "- range: { column: a, min: 3, max: 1 }", 2, "goes from 3 to 1"],
  ["a value that the rule has not", "- length: { column: a, min: 3, most: 1 }", 2, "most"],
  ["no YAML", "- expression: [", 3, "quality.yml:"],
])("%s is told with its line", (_, entry, line, words) => {
  const read = () => expectationsOf(`expectations:\n  ${entry}\n`, "quality.yml");
  expect(read).toThrow(/INVALID_EXPECTATION/);
  expect(read).toThrow(`quality.yml:${line}:`);
  expect(read).toThrow(words);
});
