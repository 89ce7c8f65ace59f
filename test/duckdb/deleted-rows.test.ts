import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { DataFile, Engine } from "../../src/engine/engine.js";
import { field, INTEGER, LONG, struct } from "../../src/schema/data-type.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const schema = struct([field("id", LONG), field("part", INTEGER)]);

let engine: Engine;
let files: DataFile[];
let reads = 0;

beforeAll(async () => {
  engine = await createEngine({ threads: 2 });
  const folder = await temporaryFolder();
  files = [];
  for (let part = 0; part < 3; part++) {
    const [file] = await engine.writeDataFiles({
      sql: `SELECT range AS id FROM range(${part * 1000}, ${part * 1000 + 1000}) ORDER BY id`,
      schema: struct([field("id", LONG)]),
      folder,
      partitionBy: [],
    });
    files.push({ path: file?.path ?? "", partition: { part: String(part) }, rowCount: 1000 });
  }
});
afterAll(() => engine.close());

function without(file: DataFile | undefined, id: string, ...rows: number[]): DataFile {
  return {
    path: "",
    partition: {},
    ...file,
    deletedRows: {
      id,
      cardinality: rows.length,
      positions: async () => {
        reads++;
        return BigInt64Array.from(rows, BigInt);
      },
    },
  };
}

const scan = (list: readonly DataFile[], withPosition = false): Promise<string> =>
  engine.scan({ files: list, schema, partitionColumns: ["part"], withPosition });
const rows = async (sql: string) => (await engine.run(sql)).rows;

describe("a scan of files with deletion vectors", () => {
  it("leaves out the rows that are gone, and numbers the others as the file does", async () => {
    const relation = await scan(
      [files[0] as DataFile, without(files[1], "a", 0, 2, 999), without(files[2], "b", 5)],
      true,
    );
    expect(
      await rows(`SELECT part, count(*), sum(id), min(id), max(id) FROM ${relation} GROUP BY part ORDER BY part`),
    ).toEqual([
      [0, 1000n, 499_500n, 0n, 999n].map((one, i) => (i === 2 ? "499500" : one)),
      [1, 997n, String(1_499_500 - 1000 - 1002 - 1999), 1001n, 1998n],
      [2, 999n, String(2_499_500 - 2005), 2000n, 2999n],
    ]);
    expect(
      await rows(`SELECT id, __file_index, __row_number FROM ${relation} WHERE id IN (1001, 1003, 2006) ORDER BY id`),
    ).toEqual([
      [1001n, 1n, 1n],
      [1003n, 1n, 3n],
      [2006n, 2n, 6n],
    ]);
  });

  it("reads a vector when a statement needs it, and once", async () => {
    const list = [without(files[0], "once", 1, 2, 3), files[1] as DataFile];
    reads = 0;
    const relation = await scan(list);
    expect(reads).toBe(0);
    const counts = await Promise.all([1, 2, 3].map(() => rows(`SELECT count(*) FROM ${relation}`)));
    expect(counts).toEqual([[[1997n]], [[1997n]], [[1997n]]]);
    expect(await rows(`SELECT count(*) FROM ${await scan([...list, files[2] as DataFile])}`)).toEqual([[2997n]]);
    expect(await rows(`SELECT count(*) FROM ${await scan([files[2] as DataFile, ...list])}`)).toEqual([[2997n]]);
    expect(reads).toBe(1);
  });

  it("fails with the vector's own error, and works once it can be read", async () => {
    let broken = true;
    const file = without(files[0], "broken", 7);
    const positions = async () => {
      if (broken) throw new Error("no such vector");
      return BigInt64Array.of(7n);
    };
    const relation = await scan([{ ...file, deletedRows: { id: "broken", cardinality: 1, positions } }]);
    await expect(rows(`SELECT count(*) FROM ${relation}`)).rejects.toThrow("no such vector");
    broken = false;
    expect(await rows(`SELECT count(*) FROM ${relation}`)).toEqual([[999n]]);
  });

  it("works with more rows gone than are kept, in any order of statements", async () => {
    const gone = BigInt64Array.from({ length: 2_100_000 }, (_, i) => BigInt(i + 10));
    const many = (id: string): DataFile => ({
      ...(files[0] as DataFile),
      deletedRows: {
        id,
        cardinality: gone.length,
        positions: async () => gone,
      },
    });
    const first = await scan([many("large 1")]);
    const second = await scan([many("large 2")]);
    const ten = [[10n]];
    for (const relation of [first, second, first]) expect(await rows(`SELECT count(*) FROM ${relation}`)).toEqual(ten);
    const both = await Promise.all([first, second, first].map((one) => rows(`SELECT count(*) FROM ${one}`)));
    expect(both).toEqual([ten, ten, ten]);
  });
});

describe("integers", () => {
  it("come as one array a column and batch", async () => {
    let [ids, sum] = [0, 0n];
    for await (const [id, half] of engine.integers(
      "SELECT range AS id, range // 2 AS half FROM range(5000) ORDER BY id",
    )) {
      ids += id?.length ?? 0;
      for (const one of half ?? []) sum += one;
    }
    expect([ids, sum]).toEqual([5000, 2n * ((2499n * 2500n) / 2n)]);
  });

  it("are refused for other types", async () => {
    const all = async () => {
      for await (const _ of engine.integers("SELECT 'a'"));
    };
    await expect(all()).rejects.toThrow();
  });
});
