import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { append } from "../../src/commands/append.js";
import type { TargetTable } from "../../src/commands/contract.js";
import { deleteRows } from "../../src/commands/delete.js";
import { optimize } from "../../src/commands/optimize/optimize.js";
import { scanTrackedFiles, trackingColumns } from "../../src/commands/tracked-rows.js";
import { updateRows } from "../../src/commands/update.js";
import { engineName } from "../../src/schema/engine-type.js";
import { type Lake, openLake } from "./lake.js";

let lake: Lake;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

/** By id: the row id and the version of the last change. */
async function tracked(target: TargetTable): Promise<Record<string, string>> {
  const files = await lake.files(target);
  const snapshot = await lake.context.log(target.location).snapshot();
  const columns = trackingColumns(snapshot, files).map(({ name }) => engineName(name));
  const relation = await scanTrackedFiles(lake.context, snapshot, files, snapshot.schema);
  const { rows } = await lake.engine.run(`SELECT id, ${columns.join(", ")} FROM ${relation} AS t ORDER BY id`);
  return Object.fromEntries(rows.map(([id, rowId, version]) => [String(id), `${rowId} of ${version}`]));
}
const preserved = async (target: TargetTable) =>
  (await lake.context.log(target.location).history(1))[0]?.commitInfo?.tags?.["delta.rowTracking.preserved"];

describe.each([
  ["copies", {}],
  ["deletion vectors", { "delta.enableDeletionVectors": "true" }],
  ["column mapping and partitions", { "delta.columnMapping.mode": "name" }],
])("row tracking with %s", (name, properties) => {
  it("keeps the ids of rows that are copied, moved and changed", async () => {
    const target = lake.table(`tracked ${name}`);
    const partitionBy = name.includes("partitions") ? ["p"] : [];
    const write = async (sql: string) =>
      append(lake.context, target, await lake.query(sql), { byName: false, partitionBy });
    await write("SELECT CAST(id AS BIGINT) AS id, 'a' AS p, 0 AS n FROM range(0) AS r(id)");
    await lake.configure(target, { "delta.enableRowTracking": "true", ...properties });
    await write("SELECT CAST(id AS BIGINT), 'a', 0 FROM range(4) AS r(id) ORDER BY id");
    await write("SELECT CAST(id AS BIGINT), 'b', 0 FROM range(4, 6) AS r(id) ORDER BY id");
    const first = { 0: "0 of 2", 1: "1 of 2", 2: "2 of 2", 3: "3 of 2", 4: "4 of 3", 5: "5 of 3" };
    expect(await tracked(target)).toEqual(first);
    await deleteRows(lake.context, target, { condition: "id = 1" });
    const { 1: _gone, ...left } = first;
    expect(await tracked(target)).toEqual(left);
    await optimize(lake.context, target);
    expect(await tracked(target)).toEqual(left);
    expect(await preserved(target)).toBe("true");
    const assignments = [{ target: ["n"], value: "n + 1" }];
    const { version } = await updateRows(lake.context, target, { assignments, condition: "id IN (2, 4)" });
    const updated = { ...left, 2: `2 of ${version}`, 4: `4 of ${version}` };
    expect(await tracked(target)).toEqual(updated);
    expect(await preserved(target)).toBe("true");
    await optimize(lake.context, target, { zOrderBy: [["id"]] });
    await deleteRows(lake.context, target, { condition: "id = 3" });
    const { 3: _deleted, ...rest } = updated;
    expect(await tracked(target)).toEqual(rest);
    expect(await lake.rows(target)).toHaveLength(4);
  });
});
