/** SHOW TABLES, VIEWS, SCHEMAS, CATALOGS, FUNCTIONS, PARTITIONS and their like. */
import type { SchemaIdentifier } from "../../../catalog/table-identifier.js";
import { identifierText } from "../../../catalog/table-identifier.js";
import type { CatalogEntry } from "../../../catalog/warehouse-catalog.js";
import type { Value } from "../../../engine/engine.js";
import { BOOLEAN, STRING } from "../../../schema/data-type.js";
import { allFunctions } from "../../../sql/functions/registry.js";
import type { Statement } from "../../../sql/statement.js";
import type { Runtime } from "../runtime.js";
import { resultOf, type StatementContext, type StatementResult } from "../statement-context.js";
import { matches } from "./pattern.js";
import { requireCatalog, schemaIdentifier } from "./schema-names.js";
import { showPartitions } from "./show-partitions.js";
import { tableInformation } from "./table-information.js";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

const GLOBAL_TEMP = "global_temp";

/** Undefined where the statement is none of these. */
export async function executeShowStatement(
  statement: Statement,
  context: StatementContext,
): Promise<StatementResult | undefined> {
  const { runtime } = context;
  switch (statement.kind) {
    case "show-tables":
    case "show-views":
      return showTables(statement, runtime);
    case "show-table-extended":
      return showTableExtended(statement, context);
    case "show-schemas": {
      const catalog = statement.catalog ?? runtime.state.current.catalog;
      await requireCatalog(catalog, runtime);
      return names("namespace", await runtime.catalog.schemas(catalog), statement.pattern);
    }
    case "show-catalogs":
      return names("catalog", await runtime.catalog.catalogs(), statement.pattern);
    case "show-current-namespace": {
      const { catalog, schema } = runtime.state.current;
      const columns = [
        ["catalog", STRING],
        ["namespace", STRING],
      ] as const;
      return resultOf(columns, [[catalog, schema]]);
    }
    case "show-functions":
      return showFunctions(statement, runtime);
    case "show-partitions":
      return showPartitions(statement, context);
    default:
      return undefined;
  }
}

/** Temporary views belong to every schema. */
async function showTables(
  { kind, schema: name, pattern }: Of<"show-tables" | "show-views">,
  runtime: Runtime,
): Promise<StatementResult> {
  const listed = await tablesOf(schemaIdentifier(name, runtime), runtime);
  const rows = listed
    .filter(({ entry }) => kind === "show-tables" || entry === undefined || entry.kind === "view")
    .filter(({ table }) => matches(table, pattern))
    .map(({ namespace, table, entry }) => [namespace, table, entry === undefined]);
  const columns = [
    ["namespace", STRING],
    [kind === "show-tables" ? "tableName" : "viewName", STRING],
    ["isTemporary", BOOLEAN],
  ] as const;
  return resultOf(columns, rows);
}

interface ListedTable {
  readonly namespace: string;
  readonly table: string;
  /** Absent for a temporary view. */
  readonly entry?: CatalogEntry;
}

async function tablesOf(schema: SchemaIdentifier, runtime: Runtime): Promise<readonly ListedTable[]> {
  const isGlobal = schema.schema.toLowerCase() === GLOBAL_TEMP;
  if (!isGlobal) await runtime.catalog.requireSchema(schema);
  const kept = isGlobal
    ? [...runtime.globalTempViews.keys()].map((table) => ({ namespace: GLOBAL_TEMP, table }))
    : (await runtime.catalog.list(schema)).map((entry) => ({
        namespace: schema.schema,
        table: entry.identifier.name,
        entry,
      }));
  return [...kept, ...[...runtime.tempViews.keys()].map((table) => ({ namespace: "", table }))];
}

async function showTableExtended(
  { schema: name, pattern }: Of<"show-table-extended">,
  context: StatementContext,
): Promise<StatementResult> {
  const rows: Value[][] = [];
  for (const { namespace, table, entry } of await tablesOf(schemaIdentifier(name, context.runtime), context.runtime)) {
    if (!matches(table, pattern)) continue;
    rows.push([namespace, table, entry === undefined, await tableInformation(table, entry, context)]);
  }
  const columns = [
    ["namespace", STRING],
    ["tableName", STRING],
    ["isTemporary", BOOLEAN],
    ["information", STRING],
  ] as const;
  return resultOf(columns, rows);
}

/** Functions of users bear their full names, as in Spark. */
async function showFunctions(
  { scope, schema: name, pattern }: Of<"show-functions">,
  runtime: Runtime,
): Promise<StatementResult> {
  const schema = schemaIdentifier(name, runtime);
  await runtime.catalog.requireSchema(schema);
  const builtIn = allFunctions().flatMap((one) => (one.kind === "refused" ? [] : one.names));
  const own = [
    ...[...runtime.state.temporaryRoutines.keys()].map((one) => ({ name: one, shown: one })),
    ...(await runtime.catalog.routines.list(schema)).map(({ identifier }) => ({
      name: identifier.name,
      shown: identifierText(identifier),
    })),
  ];
  const all = [
    ...(scope === "system" ? [] : own),
    ...(scope === "user" ? [] : builtIn.map((one) => ({ name: one, shown: one }))),
  ];
  const shown = all.filter((one) => matches(one.name, pattern)).map((one) => one.shown);
  return names("function", [...new Set(shown)].sort(), undefined);
}

function names(column: string, values: readonly string[], pattern: string | undefined): StatementResult {
  return resultOf(
    [[column, STRING]],
    values.filter((one) => matches(one, pattern)).map((one) => [one]),
  );
}
