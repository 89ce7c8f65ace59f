/** Task values: types kept, limits, keys of JavaScript's own, what is asked outside a run. */
import { expect, test } from "vitest";
import { runNotebook } from "./notebook-bench.js";

const IMPORT = 'import { dbutils } from "lakelet/notebook";\nconst { taskValues } = dbutils.jobs;\n';

test("types are kept, in a nested value too", async () => {
  const { events } = await runNotebook(`${IMPORT}
taskValues.set("all", { n: 1.5, t: "5", b: true, z: null, list: [1n, [2]], map: new Map([["k", 1]]), at: new Date(0), big: 2n ** 60n });
taskValues.set("__proto__", { a: 1 });
taskValues.set("half", "x".repeat(48 * 1024 - 2));`);
  expect(events.filter((event) => event.type === "value").slice(0, 2)).toEqual([
    {
      type: "value",
      key: "all",
      value: {
        n: 1.5,
        t: "5",
        b: true,
        z: null,
        list: [1, [2]],
        map: [["k", 1]],
        at: "1970-01-01T00:00:00.000Z",
        big: "1152921504606846976",
      },
    },
    { type: "value", key: "__proto__", value: { a: 1 } },
  ]);
  expect(events.filter((event) => event.type === "value")).toHaveLength(3);
});

test.each([
  ['set("k", "x".repeat(48 * 1024 - 1))', "49153 bytes"],
  ['set("k", NaN)', "NaN has no JSON form"],
  ['set("k", { a: [1, -Infinity] })', "-Infinity has no JSON form"],
  ['set("k", undefined)', "type undefined has no JSON form"],
  ['set("k", () => 1)', "type function has no JSON form"],
  ["set('k', (() => { const a: unknown[] = []; a.push(a); return a; })())", "circular"],
  ['set("", 1)', "its key must be a text"],
  ["set({ key: 5 as never, value: 1 })", "its key must be a text"],
])("taskValues.%s is refused for good", async (call, message) => {
  const { result, events } = await runNotebook(`${IMPORT}taskValues.${call};`);
  expect(result).toMatchObject({
    state: "FAILED",
    failure: { condition: "INVALID_TASK_VALUE", message: expect.stringContaining(message), retryable: false },
  });
  expect(events.filter((event) => event.type === "value")).toEqual([]);
});

test.each(["constructor", "__proto__", "toString"])("no task and no value is called %s", async (name) => {
  for (const call of [`get("${name}", "n")`, `get("up", "${name}")`]) {
    const { result } = await runNotebook(`${IMPORT}taskValues.${call};`, {}, { taskValues: { up: { n: 1 } } });
    expect(result).toMatchObject({ failure: { condition: "TASK_VALUE_NOT_FOUND" } });
  }
});

test("more than 250 are said once", async () => {
  const { events } = await runNotebook(`${IMPORT}for (let i = 0; i < 300; i++) taskValues.set("k" + i, i);`);
  expect(events.filter((event) => event.type === "report")).toEqual([
    { type: "report", report: { kind: "warning", message: expect.stringContaining("more than 250") } },
  ]);
  expect(events.filter((event) => event.type === "value")).toHaveLength(300);
});
