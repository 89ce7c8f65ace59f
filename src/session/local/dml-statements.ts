/** INSERT, MERGE, UPDATE, DELETE, TRUNCATE and CREATE TABLE AS: statements that change rows. */
import type { CommandResult } from "../../commands/contract.js";
import { createTableAs } from "../../commands/create-table-as.js";
import { deleteRows } from "../../commands/delete.js";
import { insert } from "../../commands/insert.js";
import { mergeInto } from "../../commands/merge/merge-into.js";
import { updateRows } from "../../commands/update.js";
import { LONG } from "../../schema/data-type.js";
import type { Query } from "../../sql/ast.js";
import type { Statement } from "../../sql/statement.js";
import type { QueryLineage } from "../contract.js";
import { createModeOf, definedTable, definitionOf } from "./create-table.js";
import { changeableTable } from "./datasets/changeable-table.js";
import { namesDefault, withDefaults } from "./default-values.js";
import { lineageOf, lineageUnder } from "./lineage.js";
import { mergeLineage } from "./merge-lineage.js";
import type { Runtime } from "./runtime.js";
import type { SessionTable } from "./session-table.js";
import { done, resultOf, type StatementContext, type StatementResult } from "./statement-context.js";
import { reportWrite } from "./write-frame.js";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

/** Undefined where the statement is none of these. */
export async function executeDmlStatement(
  statement: Statement,
  context: StatementContext,
): Promise<StatementResult | undefined> {
  switch (statement.kind) {
    case "insert":
      return insertInto(statement, context);
    case "merge":
      return merge(statement, context);
    case "update": {
      const table = await changeableTable(context.runtime, statement.table, "UPDATE");
      const { assignments, condition, alias } = statement;
      return affected(
        context,
        table,
        "UPDATE",
        "numUpdatedRows",
        await updateRows(context.runtime.commandContext(), table, { assignments, condition, alias }),
      );
    }
    case "delete": {
      const table = await changeableTable(context.runtime, statement.table, "DELETE");
      const { condition, alias } = statement;
      return affected(
        context,
        table,
        "DELETE",
        "numDeletedRows",
        await deleteRows(context.runtime.commandContext(), table, { condition, alias }),
      );
    }
    case "truncate": {
      const table = await changeableTable(context.runtime, statement.table, "TRUNCATE TABLE");
      const result = await deleteRows(context.runtime.commandContext(), table, { operation: "TRUNCATE" });
      reportWrite(context.runtime, table, "TRUNCATE", result);
      return done(`TRUNCATE ${table.name}`);
    }
    case "create-table":
      return statement.query ? createAs({ ...statement, query: statement.query }, context) : undefined;
    default:
      return undefined;
  }
}

async function insertInto(statement: Of<"insert">, context: StatementContext): Promise<StatementResult> {
  const { runtime } = context;
  const table = await changeableTable(runtime, statement.table, "INSERT");
  const dynamic = runtime.state.get("spark.sql.sources.partitionOverwriteMode")?.toLowerCase() === "dynamic";
  let lineage: QueryLineage | undefined;
  const result = await context.withQuery(await sourceOf(runtime, table, statement), async (query, settled) => {
    const names = statement.columns ?? (await columnsToInsert(runtime, table, statement.partition));
    lineage = statement.byName ? lineageOf(query) : lineageUnder(lineageOf(query), names);
    return insert(runtime.commandContext(query.snapshots), table, query, {
      overwrite: statement.overwrite,
      partitionOverwriteMode: dynamic ? "dynamic" : "static",
      ...(statement.replaceWhere === undefined ? {} : { replaceWhere: statement.replaceWhere }),
      ...(statement.replaceUsing === undefined ? {} : { replaceUsing: statement.replaceUsing }),
      ...(statement.replaceOn === undefined
        ? {}
        : { replaceOn: { ...statement.replaceOn, targetAlias: statement.targetAlias } }),
      ...(statement.partition === undefined ? {} : { partition: statement.partition }),
      options: {
        byName: statement.byName,
        readsTarget: query.snapshots.has(table.location),
        hook: { beforeCommit: () => settled() },
        ...(statement.columns === undefined ? {} : { columns: statement.columns }),
        ...(statement.withSchemaEvolution || isAutoMerge(context) ? { mergeSchema: true } : {}),
      },
    });
  });
  reportWrite(runtime, table, "WRITE", result, 0n, lineage);
  return done(
    `INSERT ${table.name}: ${result.version === undefined ? "nothing to write" : `version ${result.version}`}`,
  );
}

/** The rows to insert, DEFAULT replaced by what the table has for it. */
async function sourceOf(
  runtime: Runtime,
  table: SessionTable,
  { query, columns, partition = {} }: Of<"insert">,
): Promise<Query> {
  if (!namesDefault(query)) return query;
  const { schema } = await runtime.log(table.location).snapshot();
  return withDefaults(query, columns ?? (await columnsToInsert(runtime, table, partition)), schema);
}

/** All but those that PARTITION gives a value. */
async function columnsToInsert(
  runtime: Runtime,
  table: SessionTable,
  partition: Of<"insert">["partition"] = {},
): Promise<readonly string[]> {
  const { schema } = await runtime.log(table.location).snapshot();
  const isStatic = (name: string) =>
    Object.entries(partition).some(([one, value]) => value !== undefined && one.toLowerCase() === name.toLowerCase());
  return schema.fields.map((one) => one.name).filter((name) => !isStatic(name));
}

async function createAs(
  statement: Of<"create-table"> & { readonly query: Query },
  context: StatementContext,
): Promise<StatementResult> {
  const { runtime } = context;
  const table = await definedTable(runtime, statement);
  const mode = createModeOf(statement);
  let lineage: QueryLineage | undefined;
  const result = await context.withQuery(statement.query, (query, settled) => {
    lineage = lineageOf(query);
    const definition = { ...definitionOf(statement.definition), options: { hook: { beforeCommit: () => settled() } } };
    return createTableAs(runtime.commandContext(query.snapshots), table, query, definition, mode);
  });
  await table.register();
  reportWrite(
    runtime,
    table,
    statement.orReplace ? "CREATE OR REPLACE TABLE AS SELECT" : "CREATE TABLE AS SELECT",
    result,
    0n,
    lineage,
  );
  return done(
    `CREATE TABLE ${table.name}: ${result.version === undefined ? "exists already" : `version ${result.version}`}`,
  );
}

async function merge(statement: Of<"merge">, context: StatementContext): Promise<StatementResult> {
  const table = await changeableTable(context.runtime, statement.target, "MERGE");
  const source: Query = "query" in statement.source ? statement.source.query : selectAll(statement.source.table);
  const sourceName = "query" in statement.source ? undefined : statement.source.table;
  let lineage: QueryLineage | undefined;
  const result = await context.withQuery(source, async (query, settled) => {
    const command = {
      condition: statement.condition,
      clauses: statement.clauses,
      targetAlias: statement.targetAlias,
      sourceQualifier: statement.sourceAlias === undefined ? sourceName : [statement.sourceAlias],
      withSchemaEvolution: statement.withSchemaEvolution || isAutoMerge(context),
      beforeCommit: settled,
    };
    lineage = mergeLineage(query, command);
    return mergeInto(context.runtime.commandContext(query.snapshots), table, query, command);
  });
  reportWrite(context.runtime, table, "MERGE", result, 0n, lineage);
  return mergeResult(table, result);
}

/** The row that MERGE gives in Spark. */
function mergeResult(table: SessionTable, { version, metrics }: CommandResult): StatementResult {
  const inserted = metrics.numTargetRowsInserted ?? 0n;
  const updated = metrics.numTargetRowsUpdated ?? 0n;
  const deleted = metrics.numTargetRowsDeleted ?? 0n;
  return resultOf(
    [
      ["num_affected_rows", LONG],
      ["num_updated_rows", LONG],
      ["num_deleted_rows", LONG],
      ["num_inserted_rows", LONG],
    ],
    [[inserted + updated + deleted, updated, deleted, inserted]],
    `MERGE ${table.name}: ${version === undefined ? "nothing changed" : `version ${version}, ${inserted} inserted, ${updated} updated, ${deleted} deleted`}`,
  );
}

function affected(
  context: StatementContext,
  table: SessionTable,
  operation: string,
  metric: string,
  result: CommandResult,
): StatementResult {
  reportWrite(context.runtime, table, operation, result);
  const rows = result.metrics[metric] ?? 0n;
  return resultOf([["num_affected_rows", LONG]], [[rows]], `${operation} ${table.name}: ${rows} rows`);
}

function isAutoMerge({ runtime }: StatementContext): boolean {
  return runtime.state.get("spark.databricks.delta.schema.autoMerge.enabled")?.toLowerCase() === "true";
}

function selectAll(table: readonly string[]): Query {
  return {
    kind: "select",
    distinct: false,
    projection: [{ kind: "star", qualifier: [], except: [] }],
    from: [{ kind: "table", name: table, columns: [] }],
    lateralViews: [],
    windows: {},
    orderBy: [],
  };
}
