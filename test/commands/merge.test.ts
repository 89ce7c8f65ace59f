import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { append } from "../../src/commands/append.js";
import type { TargetTable } from "../../src/commands/contract.js";
import { createTable } from "../../src/commands/create-table.js";
import type { MergeClause, MergeIntoCommand } from "../../src/commands/merge/merge-command.js";
import { mergeInto } from "../../src/commands/merge/merge-into.js";
import { field, INTEGER, STRING, struct } from "../../src/schema/data-type.js";
import { engineWith, type Lake, openLake } from "./lake.js";

let lake: Lake;
let target: TargetTable;
let number = 0;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());
beforeEach(async () => {
  target = lake.table(`t${number++}`);
  for (const rows of ["(1, 10), (2, 20)", "(3, 30), (NULL, 40)"]) {
    await append(lake.context, target, await lake.query(`SELECT * FROM (VALUES ${rows}) AS v(key, value)`), {
      byName: true,
    });
  }
});

const star: readonly MergeClause[] = [
  { when: "matched", action: { kind: "update-star" } },
  { when: "not-matched", action: { kind: "insert-star" } },
];

async function merge(source: string, clauses: readonly MergeClause[], command: Partial<MergeIntoCommand> = {}) {
  return mergeInto(lake.context, target, await lake.query(source), {
    condition: "t.key = s.key",
    targetAlias: "t",
    sourceQualifier: ["s"],
    withSchemaEvolution: false,
    clauses,
    ...command,
  });
}

const values = (rows: string, names = "key, value") => `SELECT * FROM (VALUES ${rows}) AS v(${names})`;

describe("MERGE", () => {
  it("updates what matches and inserts what does not; NULL keys match nothing", async () => {
    const { version, metrics } = await merge(values("(2, 200), (4, 400), (NULL, 500)"), star);
    expect(version).toBe(2);
    expect(await lake.rows(target)).toEqual([
      [1, 10],
      [2, 200],
      [3, 30],
      [4, 400],
      [null, 40],
      [null, 500],
    ]);
    expect(metrics).toMatchObject({
      numSourceRows: 3n,
      numTargetRowsInserted: 2n,
      numTargetRowsUpdated: 1n,
      numTargetRowsMatchedUpdated: 1n,
      numTargetRowsDeleted: 0n,
      numTargetRowsCopied: 1n,
      numTargetFilesRemoved: 1n,
      numOutputRows: 4n,
    });
  });

  it("takes the first clause whose condition is true, and none where all are false or NULL", async () => {
    await merge(values("(1, NULL), (2, 5), (3, 7), (9, 1), (10, 2)"), [
      { when: "matched", condition: "s.value > 6", action: { kind: "delete" } },
      {
        when: "matched",
        condition: "s.value > 4",
        action: { kind: "update", assignments: [{ target: ["t", "value"], value: "t.value + s.value" }] },
      },
      { when: "not-matched", condition: "s.value = 1", action: { kind: "insert-star" } },
      {
        when: "not-matched-by-source",
        action: { kind: "update", assignments: [{ target: ["value"], value: "value + 1" }] },
      },
    ]);
    expect(await lake.rows(target)).toEqual([
      [1, 10],
      [2, 25],
      [9, 1],
      [null, 41],
    ]);
  });

  it("deletes rows without a match by source, whole files without rewriting them", async () => {
    const { metrics } = await merge(values("(1, 1), (2, 2)"), [
      { when: "not-matched-by-source", action: { kind: "delete" } },
    ]);
    expect(await lake.rows(target)).toEqual([
      [1, 10],
      [2, 20],
    ]);
    expect(metrics).toMatchObject({
      numTargetRowsNotMatchedBySourceDeleted: 2n,
      numTargetFilesAdded: 0n,
      numTargetFilesRemoved: 1n,
      numTargetRowsCopied: 0n,
    });
  });

  it("refuses two source rows for one target row, even if a condition would take one of them", async () => {
    const clauses: readonly MergeClause[] = [
      { when: "matched", condition: "s.value = 1", action: { kind: "update-star" } },
    ];
    await expect(merge(values("(1, 1), (1, 2)"), clauses)).rejects.toMatchObject({
      condition: "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE",
    });
    expect(await lake.version(target)).toBe(1);
    expect(await lake.filesOnDisk(target)).toHaveLength(2);
  });

  it("lets several source rows delete one target row only without a condition", async () => {
    const rows = values("(1, 1), (1, 2)");
    await expect(
      merge(rows, [{ when: "matched", condition: "1 = 1", action: { kind: "delete" } }]),
    ).rejects.toMatchObject({ condition: "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE" });
    const { metrics } = await merge(rows, [{ when: "matched", action: { kind: "delete" } }]);
    expect(metrics.numTargetRowsDeleted).toBe(1n);
    expect((await lake.rows(target)).map(([key]) => key)).toEqual([2, 3, null]);
  });

  it("only inserts: several matches are fine, and no file is rewritten", async () => {
    const { metrics } = await merge(values("(1, 1), (1, 2), (5, 5)"), [
      { when: "not-matched", action: { kind: "insert-star" } },
    ]);
    expect(metrics).toMatchObject({ numTargetRowsInserted: 1n, numTargetFilesRemoved: 0n, numTargetFilesAdded: 1n });
    expect(await lake.rows(target)).toHaveLength(5);
  });

  it("inserts every source row where the condition is never true", async () => {
    await merge(values("(1, 1)"), star, { condition: "false" });
    expect(await lake.rows(target)).toHaveLength(5);
  });

  it("makes no version where nothing changes", async () => {
    const { version } = await merge(values("(7, 7)"), [{ when: "matched", action: { kind: "delete" } }]);
    expect(version).toBeUndefined();
    expect(await lake.version(target)).toBe(1);
  });

  it("reads a source that is not deterministic once", async () => {
    const { metrics } = await merge(
      "SELECT i::INTEGER AS key, (random() * 1000)::INTEGER AS value FROM range(1000) AS r(i) WHERE random() < 0.5",
      star,
    );
    const { numTargetRowsInserted: inserted = 0n, numTargetRowsUpdated: updated = 0n } = metrics;
    expect(BigInt((await lake.rows(target)).length)).toBe(4n + inserted);
    expect(inserted + updated).toBe(metrics.numSourceRows);
  });

  it("leaves out source columns that the table lacks, and refuses a star without a column of the table", async () => {
    await merge(values("(1, 11, 'x')", "key, value, extra"), star);
    expect((await lake.rows(target))[0]).toEqual([1, 11]);
    await expect(merge(values("(1)", "key"), star)).rejects.toMatchObject({
      condition: "DELTA_MERGE_UNRESOLVED_EXPRESSION",
    });
  });

  it("takes up new columns by schema evolution: missing ones keep their value, or are NULL when inserted", async () => {
    await merge(values("(1, 'a'), (5, 'b')", "key, extra"), star, { withSchemaEvolution: true });
    expect(await lake.rows(target)).toEqual([
      [1, 10, "a"],
      [2, 20, null],
      [3, 30, null],
      [5, null, "b"],
      [null, 40, null],
    ]);
  });

  it("adds only columns that a clause assigns", async () => {
    await merge(
      values("(1, 'a', 'b')", "key, used, unused"),
      [{ when: "matched", action: { kind: "update", assignments: [{ target: ["used"], value: "s.used" }] } }],
      { withSchemaEvolution: true },
    );
    const { schema } = await lake.context.log(target.location).snapshot();
    expect(schema.fields.map(({ name }) => name)).toEqual(["key", "value", "used"]);
  });

  it("refuses clauses that can never be taken, and the assignment of a column twice", async () => {
    await expect(
      merge(values("(1, 1)"), [
        { when: "matched", action: { kind: "delete" } },
        { when: "matched", action: { kind: "update-star" } },
      ]),
    ).rejects.toMatchObject({ condition: "NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION" });
    const twice = [
      { target: ["key"], value: "1" },
      { target: ["t", "KEY"], value: "2" },
    ];
    await expect(
      merge(values("(1, 1)"), [{ when: "matched", action: { kind: "update", assignments: twice } }]),
    ).rejects.toMatchObject({ condition: "DELTA_CONFLICT_SET_COLUMN" });
    await expect(merge(values("(1, 1)"), [])).rejects.toMatchObject({ condition: "DELTA_MERGE_MISSING_WHEN" });
  });

  it("resolves not-matched clauses against the source only", async () => {
    await expect(
      merge(values("(9, 1)"), [
        {
          when: "not-matched",
          condition: "value > 0",
          action: { kind: "insert", columns: [["key"], ["value"]], values: ["key", "value"] },
        },
      ]),
    ).resolves.toMatchObject({ version: 2 });
    await expect(
      merge(values("(1, 1)"), [{ when: "matched", condition: "value > 0", action: { kind: "delete" } }]),
    ).rejects.toMatchObject({ condition: "AMBIGUOUS_REFERENCE" });
  });

  it("enforces NOT NULL on updated and inserted rows", async () => {
    const strict = lake.table(`strict${number++}`);
    const schema = struct([field("key", INTEGER, false), field("name", STRING)]);
    const definition = { schema, partitionBy: [], properties: {}, external: false };
    await createTable(lake.context, strict, definition, "create");
    const command = {
      condition: "t.key = s.key",
      targetAlias: "t",
      sourceQualifier: ["s"],
      withSchemaEvolution: false,
    };
    const source = await lake.query("SELECT NULL::INTEGER AS key, 'x' AS name");
    await expect(mergeInto(lake.context, strict, source, { ...command, clauses: star })).rejects.toMatchObject({
      condition: "DELTA_NOT_NULL_CONSTRAINT_VIOLATED",
    });
    expect(await lake.filesOnDisk(strict)).toEqual([]);
  });

  it("opens only files that can hold a key of the source", async () => {
    for (const [columns, partitionBy] of [
      ["key, value", []],
      ["key AS value, value AS key", ["key"]],
    ] as const) {
      const wide = lake.table(`wide${number++}`);
      for (let i = 0; i < 4; i++) {
        const rows = `SELECT ${columns} FROM (VALUES (${10 * i}, ${i}), (${10 * i + 9}, ${i})) AS v(key, value)`;
        await append(lake.context, wide, await lake.query(rows), { byName: true, partitionBy });
      }
      const scanned: number[] = [];
      const engine = engineWith(lake.engine, {
        scan(request) {
          scanned.push(request.files.length);
          return lake.engine.scan(request);
        },
      });
      const context = { ...lake.context, engine };
      const command = {
        condition: "s.key = t.key",
        targetAlias: "t",
        sourceQualifier: ["s"],
        withSchemaEvolution: false,
      };
      const key = partitionBy.length > 0 ? 2 : 29;
      const source = await lake.query(`SELECT ${key} AS key, 1000 AS value UNION ALL SELECT NULL, 5`);
      const { metrics } = await mergeInto(context, wide, source, { ...command, clauses: star.slice(0, 1) });
      expect(scanned).toEqual([1, 1]);
      expect(metrics.numTargetRowsUpdated).toBeGreaterThan(0n);
      const none = await lake.query("SELECT NULL::INTEGER AS key, 5 AS value");
      await mergeInto(context, wide, none, { ...command, clauses: star });
      expect(await lake.rows(wide)).toHaveLength(9);
    }
  });

  it("inserts rows with new keys as they are read, and looks for matches where the source changed meanwhile", async () => {
    await append(lake.context, target, await lake.query(values("(5, 50)")), { byName: true });
    const source = await lake.engine.materialize(values("(11, 1), (12, 2), (NULL, 3)"));
    const kept: string[] = [];
    let later = "";
    const engine = engineWith(lake.engine, {
      materialize(sql) {
        kept.push(sql);
        return lake.engine.materialize(sql);
      },
      async writeDataFiles(request) {
        if (later !== "") await lake.engine.run(`INSERT INTO ${source} VALUES ${later}`);
        later = "";
        return lake.engine.writeDataFiles(request);
      },
    });
    const insert = async () => {
      const result = await mergeInto({ ...lake.context, engine }, target, await lake.query(`SELECT * FROM ${source}`), {
        condition: "t.key = s.key",
        targetAlias: "t",
        sourceQualifier: ["s"],
        withSchemaEvolution: false,
        clauses: [
          { when: "not-matched", condition: "s.value > 1", action: { kind: "insert-star" } },
          { when: "not-matched", condition: "s.key = 11", action: { kind: "insert-star" } },
        ],
      });
      return [result.metrics.numSourceRows, result.metrics.numTargetRowsInserted];
    };
    expect(await insert()).toEqual([3n, 3n]);
    expect(kept).toEqual([]);
    expect(await insert()).toEqual([3n, 1n]);
    expect(kept).toHaveLength(1);
    await lake.engine.run(`DELETE FROM ${source}`);
    await lake.engine.run(`INSERT INTO ${source} VALUES (21, 4)`);
    later = "(1, 100), (22, 5)";
    expect(await insert()).toEqual([3n, 2n]);
    expect(kept).toHaveLength(2);
    const keys = (await lake.rows(target)).map(([key]) => key);
    expect(keys).toEqual([1, 11, 12, 2, 21, 22, 3, 5, null, null, null]);
    await lake.engine.drop(source);
  });

  it("records the operation as Delta does", async () => {
    await merge(values("(1, 1)"), [
      { when: "matched", condition: "s.value > 0", action: { kind: "update-star" } },
      { when: "not-matched", action: { kind: "insert-star" } },
    ]);
    const [latest] = await lake.context.log(target.location).history(1);
    expect(latest?.commitInfo).toMatchObject({
      operation: "MERGE",
      operationParameters: {
        predicate: '["(t.key = s.key)"]',
        matchedPredicates: '[{"predicate":"(s.value > 0)","actionType":"update"}]',
        notMatchedPredicates: '[{"actionType":"insert"}]',
        notMatchedBySourcePredicates: "[]",
      },
      operationMetrics: { numTargetRowsUpdated: "1" },
    });
  });

  it("merges into partitions, moving rows between them", async () => {
    const parted = lake.table(`parted${number++}`);
    const rows = await lake.query("SELECT * FROM (VALUES (1, 'a b'), (2, 'c%/d'), (3, NULL)) AS v(key, part)");
    await append(lake.context, parted, rows, { byName: true, partitionBy: ["part"] });
    await mergeInto(
      lake.context,
      parted,
      await lake.query("SELECT * FROM (VALUES (1, 'c%/d'), (3, ''), (4, 'a b')) AS v(key, part)"),
      {
        condition: "t.key = s.key",
        targetAlias: "t",
        sourceQualifier: ["s"],
        withSchemaEvolution: false,
        clauses: star,
      },
    );
    expect(await lake.rows(parted)).toEqual([
      [1, "c%/d"],
      [2, "c%/d"],
      [3, null],
      [4, "a b"],
    ]);
  });
});
