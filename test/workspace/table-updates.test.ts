import { join } from "node:path";
import { expect, it } from "vitest";
import { TableUpdates } from "../../src/workspace/table-updates.js";
import { temporaryFolder, writeFiles } from "../support/temporary-folder.js";

const file = (version: number) => `_delta_log/${String(version).padStart(20, "0")}.json`;
const add = (path: string, dataChange: boolean) => {
  const facts = { path, partitionValues: {}, size: 1, modificationTime: 1, dataChange };
  return `${JSON.stringify({ add: facts })}\n`;
};
const created = `${JSON.stringify({ protocol: { minReaderVersion: 1, minWriterVersion: 2 } })}\n`;

it("commits that change data count, a compaction does not", async () => {
  const warehouse = temporaryFolder();
  const table = join(warehouse, "main/default/orders");
  const updates = new TableUpdates(warehouse);
  const version = async () => (await updates.of(["orders", "main.default.`orders`", "none"])).map((one) => one.version);
  expect(await version()).toEqual([]);
  writeFiles(table, { [file(0)]: created + add("a", true) });
  expect(await version()).toEqual([0, 0]);
  writeFiles(table, { [file(1)]: add("b", false) });
  expect(await version()).toEqual([0, 0]);
  writeFiles(table, { [file(2)]: add("c", true), [file(3)]: add("d", false) });
  expect(await version()).toEqual([2, 2]);
  // Another look from the beginning finds the same.
  expect((await new TableUpdates(warehouse).of(["orders"]))[0]).toMatchObject({ name: "orders", version: 2 });
});
