import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { append } from "../../src/commands/append.js";
import type { CommandContext, TargetTable } from "../../src/commands/contract.js";
import { type CreateMode, createTable } from "../../src/commands/create-table.js";
import { createTableAs } from "../../src/commands/create-table-as.js";
import { createDeltaLog } from "../../src/delta/delta-log.js";
import { field, LONG, struct } from "../../src/schema/data-type.js";
import { type Gate, gateStorage } from "../reliability/writers/gate-storage.js";
import { type Lake, openLake } from "./lake.js";

let lake: Lake;
let number = 0;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

type Write = (context: CommandContext, target: TargetTable) => Promise<{ readonly version: number | undefined }>;

/** The second write is about to put version 0 when the first puts it. */
async function meet(first: Write, second: Write): Promise<{ target: TargetTable; result: unknown }> {
  const target = lake.table(`t${number++}`);
  const { engine, storage } = lake.context;
  let gate: Gate | undefined = { phase: "commit", work: async () => void (await first(lake.context, target)) };
  const gated = gateStorage(
    storage,
    () => gate,
    () => {
      gate = undefined;
    },
  );
  const context = { ...lake.context, storage: gated, log: (at: string) => createDeltaLog(gated, engine, at) };
  const result = await second(context, target).catch((error: unknown) => error);
  return { target, result };
}

const rows = (id: number) => lake.query(`SELECT ${id}::BIGINT AS id`);
const adds =
  (id: number): Write =>
  async (context, target) =>
    append(context, target, await rows(id), { byName: true });
const definition = { partitionBy: [], properties: {}, external: false };
const creates =
  (mode: CreateMode): Write =>
  (context, target) =>
    createTable(context, target, { ...definition, schema: struct([field("id", LONG)]) }, mode);
const createsAs =
  (mode: CreateMode, id: number): Write =>
  async (context, target) =>
    createTableAs(context, target, await rows(id), definition, mode);

describe("a write that was to create the table, and is late", () => {
  it("appends behind the creator", async () => {
    const { target, result } = await meet(adds(1), adds(2));
    expect(result).toMatchObject({ version: 1 });
    expect(await lake.rows(target)).toEqual([[1n], [2n]]);
    expect(await lake.filesOnDisk(target)).toHaveLength(2);
  });

  it("is held to the creator's schema", async () => {
    const other: Write = async (context, target) =>
      append(context, target, await lake.query("SELECT 1 AS other"), { byName: true });
    const { target, result } = await meet(other, adds(2));
    expect(result).toMatchObject({ condition: expect.stringMatching(/^DELTA_/) });
    expect(await lake.version(target)).toBe(0);
  });

  it("leaves the table as it is with IF NOT EXISTS, replaces it with OR REPLACE, and says that it exists else", async () => {
    expect((await meet(creates("create"), creates("create-if-not-exists"))).result).toMatchObject({
      version: undefined,
    });
    const kept = await meet(createsAs("create", 1), createsAs("create-if-not-exists", 2));
    expect(await lake.rows(kept.target)).toEqual([[1n]]);
    const replaced = await meet(createsAs("create", 1), createsAs("create-or-replace", 2));
    expect(replaced.result).toMatchObject({ version: 1 });
    expect(await lake.rows(replaced.target)).toEqual([[2n]]);
    expect((await meet(creates("create"), creates("create"))).result).toMatchObject({
      condition: "DELTA_TABLE_ALREADY_EXISTS",
    });
  });
});
