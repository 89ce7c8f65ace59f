/** ALTER VIEW, of views that the catalog keeps and of temporary ones; and temporary views over files. */
import { identifierText, qualify } from "../../../catalog/table-identifier.js";
import type { ViewEntry } from "../../../catalog/warehouse-catalog.js";
import { planNode } from "../../../dataframe/plan-id.js";
import { LakeletError } from "../../../errors/lakelet-error.js";
import { schemaText } from "../../../schema/type-text.js";
import type { ViewStatement } from "../../../sql/view-statement.js";
import { checkNotRecursive, viewEntry } from "../create-view.js";
import type { Runtime } from "../runtime.js";
import { done, type StatementContext, type StatementResult } from "../statement-context.js";

type Of<Kind extends ViewStatement["kind"]> = Extract<ViewStatement, { kind: Kind }>;

export async function alterView(
  { view, action }: Of<"alter-view">,
  context: StatementContext,
): Promise<StatementResult> {
  const { runtime } = context;
  const [only = ""] = view;
  if (view.length === 1 && runtime.tempViews.has(only.toLowerCase())) return alterTemporaryView(only, action, context);
  const entry = await keptView(runtime, view);
  const { identifier } = entry;
  switch (action.kind) {
    case "as": {
      const { properties = {}, comment, schemaMode } = entry;
      const statement = {
        ...action,
        columns: [],
        properties,
        ...(comment === undefined ? {} : { comment }),
        ...(schemaMode === undefined ? {} : { schemaMode: schemaMode as "COMPENSATION" }),
      };
      await checkNotRecursive(runtime, identifier, action.queryText, runtime.state.current);
      const replaced = await viewEntry(statement, identifier, context);
      await runtime.catalog.createView(
        entry.created === undefined ? replaced : { ...replaced, created: entry.created },
        true,
      );
      break;
    }
    case "set-properties":
      await runtime.catalog.createView({ ...entry, properties: { ...entry.properties, ...action.properties } }, true);
      break;
    case "unset-properties": {
      const kept = Object.entries(entry.properties ?? {}).filter(([key]) => !action.keys.includes(key));
      await runtime.catalog.createView({ ...entry, properties: Object.fromEntries(kept) }, true);
      break;
    }
    case "rename":
      await runtime.catalog.renameView(entry, qualify(action.to, identifier));
      break;
    case "schema-mode":
      await runtime.catalog.createView({ ...entry, schemaMode: action.mode }, true);
      break;
  }
  return done(`ALTER VIEW ${identifierText(identifier)}`);
}

async function alterTemporaryView(
  name: string,
  action: Of<"alter-view">["action"],
  context: StatementContext,
): Promise<StatementResult> {
  const { tempViews } = context.runtime;
  const relation = tempViews.get(name.toLowerCase());
  if (action.kind === "as") await context.executor.createTempView(name, context.queryPlan(action.queryText), true);
  else if (action.kind === "rename" && relation) {
    const to = action.to.at(-1) ?? "";
    if (tempViews.has(to.toLowerCase())) throw temporaryNameTaken(to);
    tempViews.set(to.toLowerCase(), relation);
    tempViews.delete(name.toLowerCase());
  } else throw notOfTemporary(name);
  return done(`ALTER VIEW ${name}`);
}

/** The view of that name as the catalog keeps it. Throws TABLE_OR_VIEW_NOT_FOUND, EXPECT_VIEW_NOT_TABLE. */
export async function keptView(runtime: Runtime, name: readonly string[]): Promise<ViewEntry> {
  const entry = await runtime.catalog.require(qualify(name, runtime.state.current));
  if (entry.kind === "view") return entry;
  throw new LakeletError({
    condition: "EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE",
    sqlState: "42809",
    problem: `The table ${identifierText(entry.identifier)} does not support ALTER VIEW.`,
    cure: "Write ALTER TABLE.",
  });
}

/** `CREATE TEMPORARY VIEW v USING csv OPTIONS (path '...')` */
export async function createFileView(
  { view, orReplace, global, columns, format, options }: Of<"create-file-view">,
  context: StatementContext,
): Promise<StatementResult> {
  const name = view.at(-1) ?? "";
  const { path, ...others } = Object.fromEntries(Object.entries(options).map(([key, one]) => [key.toLowerCase(), one]));
  if (path === undefined) throw withoutPath(name);
  const schema = columns.length === 0 ? {} : { schemaDdl: schemaText({ kind: "struct", fields: columns }) };
  const plan =
    format === "delta"
      ? context.queryPlan(`SELECT * FROM delta.\`${path.replaceAll("`", "``")}\``)
      : planNode({ kind: "files", format, paths: [path], options: others, ...schema });
  await context.executor.createTempView(name, plan, orReplace, global);
  return done(`CREATE TEMPORARY VIEW ${name}`);
}

function withoutPath(view: string): LakeletError {
  return new LakeletError({
    condition: "UNABLE_TO_INFER_SCHEMA",
    sqlState: "42KD9",
    problem: `The view ${view} names no files.`,
    cure: "Give their path: OPTIONS (path '/folder/file.csv').",
  });
}

function temporaryNameTaken(name: string): LakeletError {
  return new LakeletError({
    condition: "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS",
    sqlState: "42P07",
    problem: `There is a temporary view ${name} already.`,
    cure: "Choose another name.",
  });
}

function notOfTemporary(name: string): LakeletError {
  return new LakeletError({
    condition: "EXPECT_PERMANENT_VIEW_NOT_TEMP",
    sqlState: "42809",
    problem: `${name} is a temporary view, which has no properties and no schema mode.`,
    cure: "Make it anew: CREATE OR REPLACE TEMPORARY VIEW.",
  });
}
