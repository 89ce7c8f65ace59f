/** Which run of a flow is told of, and in which words. */
import { expect, test } from "vitest";
import { type FlowAccount, newestAccounts } from "../../../src/history/quality/quality-report.js";
import { accountText } from "../../../src/history/quality/report-words.js";

const run = (flow: string, update: string, at: number, more: Partial<FlowAccount> = {}): FlowAccount => ({
  ...{ pipeline: "shop", flow, target: `main.shop.${flow}`, update, at, status: "COMPLETED", isRowByRow: true },
  ...{ read: 0, filtered: 0, published: 0, quarantined: 0, malformed: 0, technique: undefined },
  ...more,
});
const told = (flows: readonly FlowAccount[]) => newestAccounts(flows).map(({ flow, update }) => `${flow} ${update}`);

test("an update without anything new hides no figures of the one before", () => {
  const before = run("orders", "1", 1, { read: 10, published: 10 });
  expect(told([run("orders", "2", 2), before])).toEqual(["orders 1"]);
  expect(told([run("orders", "2", 2), run("orders", "1", 1)])).toEqual(["orders 2"]);
  expect(told([run("orders", "2", 2, { status: "FAILED", read: undefined }), before])).toEqual(["orders 2"]);
  expect(told([run("orders", "2", 2), run("orders", "1", 1, { status: "FAILED", read: 9 })])).toEqual(["orders 2"]);
});

test("what an update skipped is told until the next one", () => {
  const skipped = run("paid", "1", 1, { status: "SKIPPED" });
  expect(told([skipped, run("orders", "1", 1, { status: "FAILED" })])).toEqual(["paid 1", "orders 1"]);
  expect(told([run("orders", "2", 2, { read: 1, published: 1 }), skipped])).toEqual(["orders 2"]);
});

test("an account says only what it knows", () => {
  expect(accountText(run("a", "1", 1))).toBe("nothing new");
  const unknown = { status: "FAILED", read: undefined, published: undefined };
  expect(accountText(run("a", "1", 1, unknown))).toBe("");
  expect(accountText(run("a", "1", 1, { ...unknown, malformed: 1 }))).toBe("1 malformed line");
  expect(accountText(run("a", "1", 1, { read: 9, published: 8, malformed: 2 }))).toBe(
    "9 read ≠ 8 published, and 2 malformed lines",
  );
});
