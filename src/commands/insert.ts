/** SQL's INSERT: column lists, PARTITION clauses, OVERWRITE and REPLACE become an append, an overwrite or a replacement of rows. */
import type { EngineQuery } from "../engine/engine.js";
import { field, type StructType, struct } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import { quoteName } from "../schema/type-text.js";
import { append } from "./append.js";
import { nonPartitionColumn, tableNotFound } from "./command-errors.js";
import type { CommandContext, CommandResult, TargetTable, WriteOptions } from "./contract.js";
import { overwrite } from "./overwrite.js";
import { type ReplaceOn, replaceOn, replaceUsing } from "./replace-on.js";
import { replaceWhere } from "./replace-where.js";
import { uniqueNames } from "./row-query.js";
import { shapeOf } from "./table-state.js";
import type { TableShape } from "./write-plan.js";

export interface InsertCommand {
  readonly overwrite: boolean;
  /** INSERT INTO ... REPLACE WHERE. */
  readonly replaceWhere?: string;
  /** INSERT INTO ... REPLACE USING (columns): rows of the table with the same values as a new row in these columns go; NULL is no value. */
  readonly replaceUsing?: readonly string[];
  /** INSERT INTO ... REPLACE ON condition: rows of the table for which the condition is true of some new row go. */
  readonly replaceOn?: ReplaceOn;
  /** PARTITION (a = 1, b): Spark text of a static value, undefined for a dynamic one. */
  readonly partition?: Readonly<Record<string, string | undefined>>;
  /** `spark.sql.sources.partitionOverwriteMode`. */
  readonly partitionOverwriteMode?: "static" | "dynamic";
  /** BY NAME: `byName`; WITH SCHEMA EVOLUTION: `mergeSchema`; a column list: `columns`. */
  readonly options: WriteOptions;
}

interface InsertedRows {
  readonly source: EngineQuery;
  readonly options: WriteOptions;
}

type StaticValues = readonly (readonly [column: string, value: string])[];

/**
 * Performs an INSERT statement. A static PARTITION clause gives its columns their values, and limits an overwrite to that slice.
 * @throws NON_PARTITION_COLUMN, and what the operation throws that it becomes.
 */
export async function insert(
  context: CommandContext,
  target: TargetTable,
  source: EngineQuery,
  command: InsertCommand,
): Promise<CommandResult> {
  const mode = command.partitionOverwriteMode ?? "static";
  const fixed = await staticValues(context, target, command);
  const rows =
    fixed.values.length === 0 ? { source, options: command.options } : completed(context, source, fixed, command);
  if (command.replaceWhere !== undefined) {
    return replaceWhere(context, target, rows.source, command.replaceWhere, rows.options);
  }
  if (command.replaceUsing !== undefined) {
    return replaceUsing(context, target, rows.source, command.replaceUsing, rows.options);
  }
  if (command.replaceOn !== undefined) return replaceOn(context, target, rows.source, command.replaceOn, rows.options);
  if (!command.overwrite) return append(context, target, rows.source, rows.options);
  if (fixed.values.length > 0 && mode === "static") {
    return replaceWhere(context, target, rows.source, slicePredicate(fixed.values), rows.options);
  }
  return overwrite(context, target, rows.source, { ...rows.options, partitionOverwriteMode: mode });
}

interface PartitionClause {
  /** The static columns in the table's spelling. */
  readonly values: StaticValues;
  readonly schema: StructType;
}

/** The PARTITION clause, checked against the table. */
async function staticValues(
  context: CommandContext,
  target: TargetTable,
  { partition }: InsertCommand,
): Promise<PartitionClause> {
  if (partition === undefined) return { values: [], schema: struct([]) };
  const shape = await existingShape(context, target);
  const spelled = Object.entries(partition).map(([name, value]) => {
    const column = shape.partitionColumns.find((one) => one.toLowerCase() === name.toLowerCase());
    if (column === undefined) throw nonPartitionColumn(name, shape.name);
    return [column, value] as const;
  });
  const values = spelled.filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
  return { values, schema: shape.schema };
}

async function existingShape(context: CommandContext, target: TargetTable): Promise<TableShape> {
  const log = context.log(target.location);
  if (!(await log.exists())) throw tableNotFound(target.name);
  return shapeOf(target, await log.snapshot());
}

/** The source with the static values as columns at its end. */
function completed(
  context: CommandContext,
  source: EngineQuery,
  { values, schema }: PartitionClause,
  { options }: InsertCommand,
): InsertedRows {
  const own = uniqueNames(source.schema);
  const compiled = values.map(([name, text]) => ({ name, value: context.compiler.compile(text, []) }));
  const columns = [
    ...own.map((name) => `"source".${engineName(name)}`),
    ...compiled.map(({ value }, i) => `${value.sql} AS ${engineName(`__lakelet_static_${i}`)}`),
  ];
  const names = values.map(([name]) => name);
  const rest = schema.fields.map((one) => one.name).filter((name) => !names.includes(name));
  return {
    source: {
      sql: `SELECT ${columns.join(", ")} FROM (${source.sql}) AS "source"(${own.map(engineName).join(", ")})`,
      schema: struct([...source.schema.fields, ...compiled.map(({ name, value }) => field(name, value.dataType))]),
    },
    options: options.byName ? options : { ...options, columns: [...(options.columns ?? rest), ...names] },
  };
}

function slicePredicate(values: StaticValues): string {
  const terms = values.map(([name, text]) =>
    text.trim().toLowerCase() === "null" ? `${quoteName(name)} IS NULL` : `${quoteName(name)} = ${text}`,
  );
  return terms.join(" AND ");
}
