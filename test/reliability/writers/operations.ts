/** The operations that R5 lets meet, as the real commands, on a small partitioned table with two files a day. */
import { alterTable } from "../../../src/commands/alter/alter-table.js";
import { append } from "../../../src/commands/append.js";
import type { CommandContext, TargetTable } from "../../../src/commands/contract.js";
import { deleteRows } from "../../../src/commands/delete.js";
import { mergeInto } from "../../../src/commands/merge/merge-into.js";
import { optimize } from "../../../src/commands/optimize/optimize.js";
import { overwrite } from "../../../src/commands/overwrite.js";
import { replaceWhere } from "../../../src/commands/replace-where.js";
import { updateRows } from "../../../src/commands/update.js";
import type { Action } from "../../../src/delta/actions.js";
import type { EngineQuery } from "../../../src/engine/engine.js";

export type Query = (sql: string) => Promise<EngineQuery>;

/** `late` is true for the one of two that commits second: where both add rows, theirs differ. */
type Run = (context: CommandContext, table: TargetTable, query: Query, late: boolean) => Promise<unknown>;

const BY_NAME = { byName: true } as const;

function rows(query: Query, late: boolean, id: number, day = 1): Promise<EngineQuery> {
  return query(
    `SELECT CAST(${id + (late ? 50 : 0)} AS BIGINT) AS id, CAST(0 AS BIGINT) AS v, CAST(${day} AS INTEGER) AS day`,
  );
}

async function commitActions(
  context: CommandContext,
  { location }: TargetTable,
  actions: readonly Action[],
): Promise<void> {
  const result = await (await context.log(location).startTransaction()).commit({
    actions,
    operation: "UPGRADE PROTOCOL",
    operationParameters: {},
    operationMetrics: {},
    read: { predicates: [], files: [] },
  });
  if (result.status !== "committed") throw result.error;
}

/** Rows: day 1 has the ids 1, 2 | 3, 4, and day 2 has 5, 6 | 7, 8, a bar between files. */
export const OPERATIONS: Readonly<Record<string, Run>> = {
  append: async (context, table, query, late) => append(context, table, await rows(query, late, 100), BY_NAME),
  /** INSERT ... SELECT from the table itself. */
  "append-self": async (context, table, query, late) =>
    append(context, table, await rows(query, late, 200), { ...BY_NAME, readsTarget: true }),
  overwrite: async (context, table, query, late) => overwrite(context, table, await rows(query, late, 300), BY_NAME),
  "replace-where": async (context, table, query, late) =>
    replaceWhere(context, table, await rows(query, late, 400), "day = 1", BY_NAME),
  delete: (context, table) => deleteRows(context, table, { condition: "id = 1" }),
  /** A row of the same file. */
  "delete-neighbour": (context, table) => deleteRows(context, table, { condition: "id = 2" }),
  update: (context, table) =>
    updateRows(context, table, { assignments: [{ target: ["v"], value: "v + 1" }], condition: "id = 3" }),
  merge: async (context, table, query, late) => {
    const source = await query(
      `SELECT * FROM (VALUES (CAST(5 AS BIGINT), CAST(1 AS BIGINT), CAST(2 AS INTEGER)), (${late ? 9 : 10}, 1, 2)) AS s(id, v, day)`,
    );
    await mergeInto(context, table, source, {
      condition: "t.id = s.id AND t.day = s.day",
      targetAlias: "t",
      sourceQualifier: ["s"],
      clauses: [
        { when: "matched", action: { kind: "update", assignments: [{ target: ["v"], value: "t.v + s.v" }] } },
        { when: "not-matched", action: { kind: "insert-star" } },
      ],
      withSchemaEvolution: false,
    });
  },
  optimize: (context, table) => optimize(context, table),
  alter: (context, table, _query, late) =>
    alterTable(context, table, { kind: "set-properties", properties: { [late ? "late" : "early"]: "yes" } }),
  upgrade: (context, table) =>
    commitActions(context, table, [
      {
        protocol: {
          minReaderVersion: 3,
          minWriterVersion: 7,
          readerFeatures: ["deletionVectors"],
          writerFeatures: ["appendOnly", "invariants", "deletionVectors", "domainMetadata"],
        },
      },
    ]),
  /** Written once, whoever is first. */
  txn: async (context, table, query, late) =>
    append(context, table, await rows(query, late, 500), { ...BY_NAME, txnAppId: "app", txnVersion: 1 }),
  checkpoint: (context, { location }) => context.log(location).checkpoint(),
};
