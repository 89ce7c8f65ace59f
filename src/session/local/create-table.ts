/** CREATE TABLE: where the table will be, and the definition in the commands' terms. */
import { identifierText, qualify } from "../../catalog/table-identifier.js";
import type { TableDefinition as CommandDefinition, CreateMode } from "../../commands/create-table.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { Statement, TableDefinition } from "../../sql/statement.js";
import type { Runtime } from "./runtime.js";
import { type SessionTable, sessionTable } from "./session-table.js";

type CreateTable = Extract<Statement, { kind: "create-table" }>;

interface NewTableName {
  readonly table: readonly string[];
  readonly location?: string | undefined;
}

/** A table about to be created; `register` makes an external one known to the catalog once it exists. */
export interface TableToCreate extends SessionTable {
  register(): Promise<void>;
}

export async function tableToCreate(runtime: Runtime, statement: NewTableName): Promise<TableToCreate> {
  const [first] = statement.table;
  if (first?.toLowerCase() === "delta" && statement.table.length === 2) {
    return { ...(await sessionTable(runtime, statement.table)), register: () => Promise.resolve() };
  }
  const identifier = qualify(statement.table, runtime.state.current);
  await runtime.catalog.requireOwnSchema(identifier);
  const name = identifierText(identifier);
  const entry = await runtime.catalog.lookup(identifier);
  if (entry?.kind === "view") throw viewInTheWay(name);
  const given = statement.location;
  if (entry) return { identifier, name, location: entry.location, register: () => Promise.resolve() };
  if (given === undefined)
    return {
      identifier,
      name,
      location: runtime.catalog.managedLocation(identifier),
      register: () => Promise.resolve(),
    };
  const location = runtime.paths.resolve(given);
  return {
    identifier,
    name,
    location,
    register: async () => {
      await runtime.catalog.registerExternal(identifier, location);
    },
  };
}

/** The table that a CREATE TABLE makes. Throws UNSUPPORTED_FEATURE.TABLE_FORMAT. */
export function definedTable(runtime: Runtime, { table, definition }: CreateTable): Promise<TableToCreate> {
  checkProvider(definition);
  return tableToCreate(runtime, { table, location: definition.location });
}

export function createModeOf(statement: Pick<CreateTable, "replaceOnly" | "orReplace" | "ifNotExists">): CreateMode {
  if (statement.replaceOnly) return "replace";
  if (statement.orReplace) return "create-or-replace";
  return statement.ifNotExists ? "create-if-not-exists" : "create";
}

export function definitionOf(definition: TableDefinition): CommandDefinition {
  return {
    schema: { kind: "struct", fields: definition.columns },
    partitionBy: definition.partitionedBy,
    properties: definition.properties,
    clusterBy: definition.clusterBy,
    constraints: definition.constraints,
    external: definition.location !== undefined,
    ...(definition.comment === undefined ? {} : { comment: definition.comment }),
  };
}

function checkProvider({ provider }: TableDefinition): void {
  if (provider === "delta") return;
  throw new LakeletError({
    condition: "UNSUPPORTED_FEATURE.TABLE_FORMAT",
    sqlState: "0A000",
    problem: `Tables are Delta tables; USING ${provider} is not supported.`,
    cure: `Write USING DELTA, or read the files as ${provider}.\`/path\`.`,
  });
}

function viewInTheWay(name: string): LakeletError {
  return new LakeletError({
    condition: "TABLE_OR_VIEW_ALREADY_EXISTS",
    sqlState: "42P07",
    problem: `${name} is a view.`,
    cure: "Drop the view first, or choose another name.",
  });
}
