import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { append } from "../../src/commands/append.js";
import { type Lake, openLake } from "./lake.js";

let lake: Lake;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

describe("append", () => {
  it("creates the table and adds to it", async () => {
    const target = lake.table("created");
    const first = await append(lake.context, target, await lake.query("SELECT 1::BIGINT AS id, 'a' AS name"), {
      byName: true,
    });
    const second = await append(lake.context, target, await lake.query("SELECT 'b' AS name, 2::BIGINT AS id"), {
      byName: true,
    });
    expect([first.version, second.version]).toEqual([0, 1]);
    expect(await lake.rows(target)).toEqual([
      [1n, "a"],
      [2n, "b"],
    ]);
    expect(second.metrics).toMatchObject({ numFiles: 1n, numOutputRows: 1n });
  });
});
