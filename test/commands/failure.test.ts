import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { append } from "../../src/commands/append.js";
import type { CommandContext, TargetTable } from "../../src/commands/contract.js";
import { deleteRows } from "../../src/commands/delete.js";
import type { MergeIntoCommand } from "../../src/commands/merge/merge-command.js";
import { mergeInto } from "../../src/commands/merge/merge-into.js";
import { overwrite } from "../../src/commands/overwrite.js";
import { replaceWhere } from "../../src/commands/replace-where.js";
import { updateRows } from "../../src/commands/update.js";
import { createDeltaLog } from "../../src/delta/delta-log.js";
import { LocalStorage } from "../../src/storage/local-storage.js";
import { engineWith, type Lake, openLake } from "./lake.js";

let lake: Lake;
let target: TargetTable;
let number = 0;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());
const ROWS = [
  [1, 10],
  [2, 20],
  [3, 30],
];
beforeEach(async () => {
  target = lake.table(`t${number++}`);
  await append(lake.context, target, await rows("(1, 10), (2, 20), (3, 30)"), { byName: true });
});

const rows = (list: string) => lake.query(`SELECT * FROM (VALUES ${list}) AS v(key, value)`);
const upsert: MergeIntoCommand = {
  condition: "t.key = s.key",
  targetAlias: "t",
  sourceQualifier: ["s"],
  withSchemaEvolution: false,
  clauses: [
    { when: "matched", action: { kind: "update-star" } },
    { when: "not-matched", action: { kind: "insert-star" } },
  ],
};

/** Every command that writes data files, on the table of the test. */
const commands: readonly [string, (context: CommandContext) => Promise<unknown>][] = [
  ["append", async (context) => append(context, target, await rows("(4, 40)"), { byName: true })],
  ["overwrite", async (context) => overwrite(context, target, await rows("(4, 40)"), { byName: true })],
  [
    "replaceWhere",
    async (context) => replaceWhere(context, target, await rows("(4, 40)"), "key > 2", { byName: true }),
  ],
  ["DELETE", (context) => deleteRows(context, target, { condition: "key = 1" })],
  ["UPDATE", (context) => updateRows(context, target, { assignments: [{ target: ["value"], value: "1" }] })],
  ["MERGE", async (context) => mergeInto(context, target, await rows("(1, 11), (4, 40)"), upsert)],
];

async function expectUntouched(version = 0): Promise<void> {
  expect(await createDeltaLog(new LocalStorage(), lake.engine, target.location).snapshot()).toMatchObject({ version });
  const live = (await lake.files(target)).map((file) => file.path);
  expect(await lake.filesOnDisk(target)).toEqual([...live].sort());
}

describe.each(commands)("%s that fails", (_, run) => {
  it("leaves the table as it was when its files cannot be made durable", async () => {
    const storage = new LocalStorage();
    storage.sync = () => Promise.reject(new Error("disk failure"));
    await expect(run({ ...lake.context, storage })).rejects.toThrow("disk failure");
    await expectUntouched();
    expect(await lake.rows(target)).toEqual(ROWS);
  });

  it("leaves the table as it was when the engine fails", async () => {
    const engine = engineWith(lake.engine, { writeDataFiles: () => Promise.reject(new Error("engine failure")) });
    await expect(run({ ...lake.context, engine })).rejects.toThrow("engine failure");
    await expectUntouched();
  });

  it("deletes nothing when it stays unknown whether the commit happened", async () => {
    const storage = new LocalStorage();
    storage.putIfAbsent = () => Promise.reject(new Error("connection lost"));
    const log = (location: string) => createDeltaLog(storage, lake.engine, location);
    const before = await lake.filesOnDisk(target);
    await expect(run({ ...lake.context, log })).rejects.toThrow("connection lost");
    expect((await lake.filesOnDisk(target)).length).toBeGreaterThan(before.length);
  });

  it("keeps no relation in the engine", async () => {
    const engine = engineWith(lake.engine, { writeDataFiles: () => Promise.reject(new Error("engine failure")) });
    await expect(run({ ...lake.context, engine })).rejects.toThrow();
    expect((await lake.engine.run("SELECT table_name FROM duckdb_tables()")).rows).toEqual([]);
  });
});

describe("a source that fails in the middle", () => {
  it("leaves no file of the rows before", async () => {
    const sql =
      "SELECT i::INTEGER AS key, CASE WHEN i = 199999 THEN error('broken line') ELSE i::INTEGER END AS value FROM range(200000) AS r(i)";
    const source = { sql, schema: (await rows("(1, 1)")).schema };
    await expect(append(lake.context, target, source, { byName: true })).rejects.toThrow("broken line");
    await expect(mergeInto(lake.context, target, source, upsert)).rejects.toThrow("broken line");
    await expectUntouched();
    expect((await lake.engine.run("SELECT table_name FROM duckdb_tables()")).rows).toEqual([]);
  });
});

describe("two writers", () => {
  /** A context whose commands find, once their files are written, that another writer was faster. */
  function overtaken(by: () => Promise<unknown>): CommandContext {
    let done = false;
    const engine = engineWith(lake.engine, {
      async writeDataFiles(request) {
        const files = await lake.engine.writeDataFiles(request);
        if (!done) {
          done = true;
          await by();
        }
        return files;
      },
    });
    return { ...lake.context, engine };
  }

  it("append both: neither is lost", async () => {
    const many = Array.from({ length: 8 }, (_, i) => i);
    await Promise.all(
      many.map(async (i) => {
        const log = (location: string) => createDeltaLog(new LocalStorage(), lake.engine, location);
        return append({ ...lake.context, log }, target, await rows(`(${i + 100}, ${i})`), { byName: true });
      }),
    );
    expect(await lake.version(target)).toBe(many.length);
    expect(await lake.rows(target)).toHaveLength(ROWS.length + many.length);
  });

  it("append and MERGE: a blind append of others does not stop a merge", async () => {
    const context = overtaken(async () => append(lake.context, target, await rows("(9, 90)"), { byName: true }));
    await mergeInto(context, target, await rows("(1, 11)"), upsert);
    expect(await lake.rows(target)).toEqual([
      [1, 11],
      [2, 20],
      [3, 30],
      [9, 90],
    ]);
  });

  it.each(commands.slice(1))("%s behind a winner that removed the file is refused by name", async (_, run) => {
    const context = overtaken(() => deleteRows(lake.context, target, { condition: "key = 2" }));
    await expect(run(context)).rejects.toMatchObject({ condition: expect.stringMatching(/^DELTA_CONCURRENT_/) });
    await expectUntouchedBut(1);
  });

  it("append behind a change of the schema is refused by name", async () => {
    const wider = await lake.query("SELECT 4 AS key, 40 AS value, 'x' AS extra");
    const context = overtaken(() => append(lake.context, target, wider, { byName: true, mergeSchema: true }));
    await expect(append(context, target, await rows("(5, 50)"), { byName: true })).rejects.toMatchObject({
      condition: "DELTA_METADATA_CHANGED",
    });
    await expectUntouchedBut(1);
  });

  /** The winner's version is the newest, and only its files and those that it removed are in the folder. */
  async function expectUntouchedBut(version: number): Promise<void> {
    expect(await lake.version(target)).toBe(version);
    const snapshots = await Promise.all([0, version].map((one) => lake.context.log(target.location).snapshot(one)));
    const known = new Set<string>();
    for (const snapshot of snapshots) {
      for await (const batch of snapshot.files()) for (const file of batch) known.add(file.path);
    }
    expect(await lake.filesOnDisk(target)).toEqual([...known].sort());
  }
});
