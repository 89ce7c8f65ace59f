/** CREATE, DROP, ALTER, USE, SET, COMMENT: statements about names and settings. */
import { identifierText, qualify } from "../../catalog/table-identifier.js";
import type { CatalogEntry } from "../../catalog/warehouse-catalog.js";
import { alterTable as alterDeltaTable } from "../../commands/alter/alter-table.js";
import { createTable } from "../../commands/create-table.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { STRING } from "../../schema/data-type.js";
import type { Statement } from "../../sql/statement.js";
import { alterTable } from "./alter-table.js";
import { createModeOf, definedTable, definitionOf } from "./create-table.js";
import { createView } from "./create-view.js";
import { datasetType } from "./datasets/kept-definition.js";
import type { Runtime } from "./runtime.js";
import { existingTable } from "./session-table.js";
import { done, resultOf, type StatementContext, type StatementResult } from "./statement-context.js";
import { executeObjectStatement } from "./statements/catalog-objects.js";
import { requireCatalog, schemaIdentifier } from "./statements/schema-names.js";
import { commentOn } from "./statements/schema-statements.js";
import { executeShowStatement } from "./statements/show-statements.js";
import { commentOnVolume } from "./statements/volume-statements.js";
import { reportWrite } from "./write-frame.js";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

/** Undefined where the statement is none of these. */
export async function executeCatalogStatement(
  statement: Statement,
  context: StatementContext,
): Promise<StatementResult | undefined> {
  const { runtime } = context;
  switch (statement.kind) {
    case "create-table":
      return createEmptyTable(statement, context);
    case "create-view":
      return createView(statement, context);
    case "drop":
      return drop(statement, context);
    case "use": {
      const [name = ""] = statement.name;
      if (statement.object === "catalog") await requireCatalog(name, runtime);
      const schema =
        statement.object === "catalog"
          ? { catalog: name, schema: "default" }
          : schemaIdentifier(statement.name, runtime);
      await runtime.catalog.requireSchema(schema);
      runtime.state.current = schema;
      return done(`USE ${schema.catalog}.${schema.schema}`);
    }
    case "set":
      return set(statement, context);
    case "reset":
      runtime.configure(statement.key);
      return done("RESET");
    case "alter-table":
      return alterTable(statement, context);
    case "comment-on":
      return comment(statement, context);
    default:
      return (await executeShowStatement(statement, context)) ?? executeObjectStatement(statement, context);
  }
}

async function comment(statement: Of<"comment-on">, context: StatementContext): Promise<StatementResult> {
  const { object, name, comment: text } = statement;
  if (object === "schema" || object === "catalog") return commentOn(object, name, text, context);
  if (object === "volume") return commentOnVolume(name, text, context);
  const { runtime } = context;
  const table = object === "column" ? name.slice(0, -1) : name;
  const change: Parameters<typeof alterDeltaTable>[2] =
    object === "column"
      ? {
          kind: "alter-columns",
          columns: [{ column: name.slice(-1), changes: [{ kind: "comment", comment: text ?? "" }] }],
        }
      : { kind: "comment", comment: text };
  await alterDeltaTable(runtime.commandContext(), await existingTable(runtime, table), change);
  return done(`COMMENT ON ${object.toUpperCase()} ${name.join(".")}`);
}

async function createEmptyTable(
  statement: Of<"create-table">,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  const table = await definedTable(runtime, statement);
  const result = await createTable(
    runtime.commandContext(),
    table,
    definitionOf(statement.definition),
    createModeOf(statement),
  );
  await table.register();
  reportWrite(runtime, table, "CREATE TABLE", result);
  return done(`CREATE TABLE ${table.name}`);
}

async function drop(statement: Of<"drop">, { runtime }: StatementContext): Promise<StatementResult> {
  const { object, name, ifExists, cascade } = statement;
  if (object === "schema") {
    const schema = schemaIdentifier(name, runtime);
    await runtime.catalog.dropSchema(schema, { ifExists, cascade });
    return done(`DROP SCHEMA ${schema.schema}`);
  }
  if (object === "view" && dropTemporaryView(name, runtime)) return done(`DROP VIEW ${name.join(".")}`);
  const identifier = qualify(name, runtime.state.current);
  const entry = ifExists ? await runtime.catalog.lookup(identifier) : await runtime.catalog.require(identifier);
  if (!entry) return done(`DROP ${object.replace("-", " ").toUpperCase()}: nothing there`);
  if (entry.kind !== object) await checkDropped(runtime, entry, object);
  await runtime.catalog.drop(entry);
  if (entry.kind === "table") runtime.forget(entry.location);
  return done(`DROP ${object.replace("-", " ").toUpperCase()} ${identifierText(identifier)}`);
}

/** A materialized view is dropped by its own name, as a view or as a table. Throws WRONG_COMMAND_FOR_OBJECT_TYPE. */
async function checkDropped(
  runtime: Runtime,
  entry: CatalogEntry,
  object: "table" | "view" | "materialized-view",
): Promise<void> {
  const isMaterialized =
    entry.kind === "table" && datasetType(await runtime.log(entry.location).snapshot()) === "MATERIALIZED_VIEW";
  if (!isMaterialized) throw wrongKind(identifierText(entry.identifier), entry.kind, object);
}

function dropTemporaryView(name: readonly string[], runtime: Runtime): boolean {
  const [first = "", second] = name.map((one) => one.toLowerCase());
  if (name.length === 1) return runtime.tempViews.delete(first);
  return first === "global_temp" && second !== undefined && runtime.globalTempViews.delete(second);
}

function set({ key, value }: Of<"set">, { runtime }: StatementContext): StatementResult {
  const columns = [
    ["key", STRING],
    ["value", STRING],
  ] as const;
  if (key === undefined) return resultOf(columns, Object.entries(runtime.state.all()));
  if (value !== undefined) runtime.configure(key, value);
  return resultOf(columns, [[key, runtime.state.get(key) ?? "<undefined>"]], `SET ${key}`);
}

function wrongKind(name: string, is: "table" | "view", wanted: "table" | "view" | "materialized-view"): LakeletError {
  const what = wanted.replace("-", " ");
  const operation = `DROP ${what.toUpperCase()}`;
  return new LakeletError({
    condition: "WRONG_COMMAND_FOR_OBJECT_TYPE",
    sqlState: "42809",
    problem: `The operation ${operation} requires a ${what}, but ${name} is a ${is}.`,
    cure: `Write DROP ${is.toUpperCase()} ${name}.`,
    parameters: { operation, objectName: name },
  });
}
