/** CREATE, DROP, ALTER, USE, SET, COMMENT, SHOW: statements about names and settings. */
import { identifierText, qualify, type SchemaIdentifier } from "../../catalog/table-identifier.js";
import type { CatalogEntry } from "../../catalog/warehouse-catalog.js";
import { alterTable as alterDeltaTable } from "../../commands/alter/alter-table.js";
import { createTable } from "../../commands/create-table.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { BOOLEAN, STRING } from "../../schema/data-type.js";
import { allFunctions } from "../../sql/functions/registry.js";
import type { Statement } from "../../sql/statement.js";
import { alterTable } from "./alter-table.js";
import { createModeOf, definedTable, definitionOf } from "./create-table.js";
import { createView } from "./create-view.js";
import { sessionTable } from "./session-table.js";
import { done, resultOf, type StatementContext, type StatementResult } from "./statement-context.js";
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
    case "create-schema": {
      const schema = schemaOf(statement.schema, context);
      await runtime.catalog.createSchema(schema, statement.ifNotExists);
      return done(`CREATE SCHEMA ${schema.catalog}.${schema.schema}`);
    }
    case "drop":
      return drop(statement, context);
    case "use": {
      const schema =
        statement.object === "catalog"
          ? { catalog: last(statement.name), schema: "default" }
          : schemaOf(statement.name, context);
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
      if (statement.object === "schema") return done("COMMENT ON SCHEMA: kept nowhere by this version");
      await alterDeltaTable(runtime.commandContext(), await sessionTable(runtime, statement.name), {
        kind: "comment",
        comment: statement.comment,
      });
      return done(`COMMENT ON TABLE ${statement.name.join(".")}`);
    case "cache":
    case "uncache":
    case "refresh":
      await runtime.catalog.require(qualify(statement.table, runtime.state.current));
      return done(`${statement.kind.toUpperCase()} TABLE: tables are read afresh each time, nothing to do`);
    default:
      return show(statement, context);
  }
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
    const schema = schemaOf(name, { runtime });
    await runtime.catalog.dropSchema(schema, { ifExists, cascade });
    return done(`DROP SCHEMA ${schema.schema}`);
  }
  if (object === "view" && name.length === 1 && runtime.tempViews.delete(last(name).toLowerCase()))
    return done(`DROP VIEW ${last(name)}`);
  const identifier = qualify(name, runtime.state.current);
  const entry = ifExists ? await runtime.catalog.lookup(identifier) : await runtime.catalog.require(identifier);
  if (!entry) return done(`DROP ${object.toUpperCase()}: nothing there`);
  if (entry.kind !== object) throw wrongKind(identifierText(identifier), entry.kind, object);
  await runtime.catalog.drop(entry);
  if (entry.kind === "table") runtime.forget(entry.location);
  return done(`DROP ${object.toUpperCase()} ${identifierText(identifier)}`);
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

async function show(statement: Statement, context: StatementContext): Promise<StatementResult | undefined> {
  const { catalog, state, tempViews } = context.runtime;
  switch (statement.kind) {
    case "show-tables":
    case "show-views": {
      const schema = statement.schema ? schemaOf(statement.schema, context) : state.current;
      await catalog.requireSchema(schema);
      const entries = (await catalog.list(schema)).filter(
        (one) => statement.kind === "show-tables" || one.kind === "view",
      );
      const rows = [
        ...entries.map((one: CatalogEntry) => [schema.schema, one.identifier.name, false] as const),
        ...[...tempViews.keys()].map((name) => ["", name, true] as const),
      ].filter(([, name]) => like(name, statement.pattern));
      const nameColumn = statement.kind === "show-tables" ? "tableName" : "viewName";
      return resultOf(
        [
          ["namespace", STRING],
          [nameColumn, STRING],
          ["isTemporary", BOOLEAN],
        ],
        rows,
      );
    }
    case "show-schemas": {
      const names = await catalog.schemas(statement.catalog ?? state.current.catalog);
      return resultOf(
        [["namespace", STRING]],
        names.filter((name) => like(name, statement.pattern)).map((name) => [name]),
      );
    }
    case "show-catalogs":
      return resultOf(
        [["catalog", STRING]],
        (await catalog.catalogs()).map((name) => [name]),
      );
    case "show-functions": {
      const names = allFunctions()
        .filter((one) => one.kind !== "refused")
        .flatMap((one) => one.names);
      return resultOf(
        [["function", STRING]],
        [...new Set(names)]
          .sort()
          .filter((name) => like(name, statement.pattern))
          .map((name) => [name]),
      );
    }
    default:
      return undefined;
  }
}

/** SHOW's patterns: `*` is any text, `|` is or, letter case aside. */
function like(name: string, pattern: string | undefined): boolean {
  if (pattern === undefined) return true;
  const source = pattern
    .replace(/[.+?^${}()[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("%", ".*");
  return new RegExp(`^(${source})$`, "i").test(name);
}

function schemaOf(name: readonly string[], { runtime }: Pick<StatementContext, "runtime">): SchemaIdentifier {
  const [first, second] = name;
  if (first !== undefined && second !== undefined) return { catalog: first, schema: second };
  return { catalog: runtime.state.current.catalog, schema: first ?? runtime.state.current.schema };
}

function last(name: readonly string[]): string {
  return name[name.length - 1] ?? "";
}

function wrongKind(name: string, is: "table" | "view", wanted: "table" | "view"): LakeletError {
  const operation = `DROP ${wanted.toUpperCase()}`;
  return new LakeletError({
    condition: "WRONG_COMMAND_FOR_OBJECT_TYPE",
    sqlState: "42809",
    problem: `The operation ${operation} requires a ${wanted}, but ${name} is a ${is}.`,
    cure: `Write DROP ${is.toUpperCase()} ${name}.`,
    parameters: { operation, objectName: name },
  });
}
