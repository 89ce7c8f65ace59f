/** docs/functions.md is what the registry and the recorded statements make it; `vitest run test/docs/functions.test.ts -u` writes it anew. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { lookupFunction } from "../../src/sql/functions/registry.js";
import { DIFFERENCES, functionsPage, GRAMMAR, SPARK_FUNCTIONS } from "./functions-page.js";

test("the page is that of the code", async () => {
  await expect(functionsPage()).toMatchFileSnapshot(join(import.meta.dirname, "../../docs/functions.md"));
});

test("every function of Spark is answered or refused by name", () => {
  const unknown = SPARK_FUNCTIONS.filter((name) => !lookupFunction(name) && !GRAMMAR.has(name));
  expect(unknown).toEqual([]);
});

test("a difference is noted of functions that are there", () => {
  const idle = Object.keys(DIFFERENCES).filter((name) => (lookupFunction(name)?.kind ?? "refused") === "refused");
  expect(idle).toEqual([]);
});
