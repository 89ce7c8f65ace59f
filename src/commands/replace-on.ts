/** INSERT INTO ... REPLACE USING and REPLACE ON: the table's rows that some new row matches are replaced, in one commit. */
import type { AddFile } from "../delta/actions.js";
import type { OptimisticTransaction, Snapshot } from "../delta/contract.js";
import type { EngineQuery } from "../engine/engine.js";
import type { SkippingPredicate } from "../expression/skipping-predicate.js";
import { findField } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import { scanWritten } from "./change-data.js";
import { tableNotFound, unresolvedColumn } from "./command-errors.js";
import type { CommandContext, CommandResult, TargetTable, WriteOptions } from "./contract.js";
import { scanFiles } from "./data-file.js";
import { marksRows } from "./deletion-vectors.js";
import { compileDeterministic } from "./expression-errors.js";
import { alreadyWritten, checkIdempotenceOptions } from "./idempotence.js";
import { type KeyPair, sourceKeys } from "./merge/key-ranges.js";
import { SOURCE_ALIAS, sourceScope } from "./merge/merge-plan.js";
import { withMergeSource } from "./merge/merge-source.js";
import { removeRows } from "./remove-rows.js";
import { type ReplacingWrite, replacement } from "./replacement.js";
import { TARGET_ALIAS, targetScope } from "./row-condition.js";
import { uniqueNames } from "./row-query.js";
import { takenAt } from "./row-selection.js";
import type { StagedRows } from "./staged-files.js";
import { checkRowsMayChange, liveFiles, shapeOf, WHOLE_TABLE } from "./table-state.js";
import { divide } from "./taken-rows.js";
import { planWrite, type WritePlan } from "./write-plan.js";
import { NOTHING_REPLACED, type Replacement, writeRows } from "./write-rows.js";

export interface ReplaceOn {
  /** Spark text over the table's row and the new row. */
  readonly condition: string;
  /** `INSERT INTO t AS alias`; without it the table's name qualifies its columns. */
  readonly targetAlias?: string | undefined;
  /** Alias of the query in parentheses; without it the query's columns have no qualifier. */
  readonly sourceAlias?: string | undefined;
}

const TARGET = engineName(TARGET_ALIAS);
const SOURCE = engineName(SOURCE_ALIAS);

/**
 * Replaces the rows that have the values of some new row in the given columns; NULL equals nothing, so rows with NULL in one of them
 * stay. No new row: nothing is replaced.
 *
 * Phases: transaction; plan; one COPY of the new rows; join the table's columns with those of the new files; mark or rewrite; commit.
 *
 * @throws UNRESOLVED_COLUMN.WITH_SUGGESTION for a column that the table lacks, and what {@link overwrite} throws.
 * @example
 * await replaceUsing(context, target, rows, ["customer_id", "order_date"], { byName: true });
 */
export async function replaceUsing(
  context: CommandContext,
  target: TargetTable,
  source: EngineQuery,
  columns: readonly string[],
  options: WriteOptions,
): Promise<CommandResult> {
  const opened = await open(context, target, source, options);
  if (opened === undefined) return UNCHANGED;
  const { snapshot, plan } = opened;
  const keys = columns.map((name) => columnNamed(snapshot, name));
  const match: Match = {
    sql: keys.map((name) => `${TARGET}.${engineName(name)} = ${SOURCE}.${engineName(name)}`).join(" AND "),
    skipping: WHOLE_TABLE,
    keys: keys.map((column) => [
      { relation: TARGET_ALIAS, column },
      { relation: SOURCE_ALIAS, column },
    ]),
  };
  return writeReplacing(opened, source, {
    match,
    parameters: { replaceUsing: columns.join(", ") },
    relation: async ({ files }) =>
      files.length === 0 ? undefined : scanWritten(context, target, snapshot, files, plan.schema),
  });
}

/**
 * Replaces the rows for which the condition is true of some new row. The query's rows are kept while the command runs, because the
 * condition reads them under their own names.
 *
 * @throws DELTA_NON_DETERMINISTIC_FUNCTION_NOT_SUPPORTED, AMBIGUOUS_REFERENCE, and what {@link overwrite} throws.
 */
export async function replaceOn(
  context: CommandContext,
  target: TargetTable,
  source: EngineQuery,
  on: ReplaceOn,
  options: WriteOptions,
): Promise<CommandResult> {
  const opened = await open(context, target, source, options);
  if (opened === undefined) return UNCHANGED;
  const scope = [
    targetScope(target, opened.snapshot.schema, on.targetAlias),
    sourceScope(source.schema, on.sourceAlias === undefined ? [] : [on.sourceAlias]),
  ];
  const condition = compileDeterministic(context.compiler, on.condition, scope, "REPLACE ON condition");
  const match: Match = {
    sql: condition.sql,
    skipping: condition.skipping ?? WHOLE_TABLE,
    keys: condition.equalities ?? [],
  };
  return withMergeSource(context, source, ({ relation }) => {
    const names = uniqueNames(source.schema).map(engineName);
    const kept = { sql: `SELECT ${names.join(", ")} FROM ${relation} AS s`, schema: source.schema };
    return writeReplacing(opened, kept, {
      match,
      parameters: { replaceOn: on.condition },
      relation: async () => relation,
    });
  });
}

/** Keys whose rows are replaced: a relation of the engine, and those of its columns that are called as columns of the table. */
export interface KeySet {
  /** Fit to stand behind FROM. */
  readonly relation: string;
  /** Of the table's columns each that of the relation; NULL is a value like others. */
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * Replaces the rows that have one of the keys by those of a query, which has none but rows of these keys. Keys that the query has no row
 * of lose theirs.
 *
 * Phases: transaction; plan; one COPY of the new rows; join the table's key columns with the keys; mark or rewrite; commit.
 * @throws what {@link overwrite} throws; the table is unchanged then.
 */
export async function replaceKeys(
  context: CommandContext,
  target: TargetTable,
  source: EngineQuery,
  keys: KeySet,
  options: WriteOptions,
): Promise<CommandResult> {
  const opened = await open(context, target, source, options);
  if (opened === undefined) return UNCHANGED;
  const equalities = Object.entries(keys.columns).map(
    ([column, key]) =>
      `${TARGET}.${engineName(columnNamed(opened.snapshot, column))} IS NOT DISTINCT FROM ${SOURCE}.${engineName(key)}`,
  );
  return writeReplacing(opened, source, {
    match: { sql: equalities.join(" AND "), skipping: WHOLE_TABLE, keys: [] },
    parameters: { replaceUsing: Object.keys(keys.columns).join(", ") },
    relation: async () => keys.relation,
  });
}

const UNCHANGED: CommandResult = { version: undefined, metrics: {} };

/** When a row of the table and a new row match. */
interface Match {
  /** Engine SQL over `"target"` and `"source"`. */
  readonly sql: string;
  readonly skipping: SkippingPredicate;
  readonly keys: readonly KeyPair[];
}

interface OpenedWrite {
  readonly context: CommandContext;
  readonly target: TargetTable;
  readonly options: WriteOptions;
  readonly transaction: OptimisticTransaction;
  readonly snapshot: Snapshot;
  readonly plan: WritePlan;
}

/** Undefined where the same write is there already. */
async function open(
  context: CommandContext,
  target: TargetTable,
  source: EngineQuery,
  options: WriteOptions,
): Promise<OpenedWrite | undefined> {
  checkIdempotenceOptions(options);
  const transaction = await context.log(target.location).startTransaction();
  const { snapshot } = transaction;
  if (snapshot === undefined) throw tableNotFound(target.name);
  if (await alreadyWritten(snapshot, options)) return undefined;
  checkRowsMayChange(target, snapshot);
  const plan = planWrite(shapeOf(target, snapshot), source, { ...options, overwriteSchema: false }, context);
  return { context, target, options, transaction, snapshot, plan };
}

function columnNamed({ schema }: Snapshot, name: string): string {
  const column = findField(schema, name);
  if (column !== undefined) return column.name;
  throw unresolvedColumn(
    name,
    schema.fields.map((one) => one.name),
  );
}

interface ReplacedMatches {
  readonly match: Match;
  /** Of the commit. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Engine SQL behind FROM of the rows that decide what is replaced; without it nothing is. */
  readonly relation: (rows: StagedRows) => Promise<string | undefined>;
}

function writeReplacing(
  { context, target, options, transaction, snapshot, plan }: OpenedWrite,
  source: EngineQuery,
  { match, parameters, relation }: ReplacedMatches,
): Promise<CommandResult> {
  // Fills up once it is known which files may hold a match.
  const read: SkippingPredicate[] = [];
  return writeRows(context, {
    target,
    transaction,
    source,
    plan,
    options,
    operation: "WRITE",
    operationParameters: { mode: "Overwrite", partitionBy: "[]", ...parameters },
    read: { predicates: read, files: [] },
    replace: async (staged, rows) => {
      const from = await relation(rows);
      if (from === undefined) return NOTHING_REPLACED;
      return replaceMatching({ context, target, staged, snapshot, schema: plan.schema }, rows, match, from, read);
    },
  });
}

/** `relation`: engine SQL behind FROM of the new rows. */
async function replaceMatching(
  write: ReplacingWrite,
  rows: StagedRows,
  match: Match,
  relation: string,
  read: SkippingPredicate[],
): Promise<Replacement> {
  const { context, staged, snapshot, schema } = write;
  const { partitionColumns } = snapshot;
  const { files } = await snapshot.size();
  const table = { schema: snapshot.schema, partitionColumns, files };
  const { mayTouch: mayMatch } = await sourceKeys(context, match.skipping, match.keys, relation, table);
  read.push(mayMatch);
  const candidates = await liveFiles(snapshot, mayMatch);
  if (candidates.length === 0) return NOTHING_REPLACED;
  const positions = await context.engine.materialize(await positionsSql(write, match, candidates, relation));
  try {
    const found = await divide(context, snapshot, candidates, positions);
    const marks = marksRows(context, snapshot, "delete");
    const removal = { found: { ...found, positions }, selection: takenAt(positions), marks, schema };
    const changes = await removeRows(context, staged, snapshot, removal);
    return await replacement(write, changes, rows, {
      numDeletedRows: found.taken,
      numCopiedRows: marks ? 0n : found.left,
    });
  } finally {
    await context.engine.drop(positions);
  }
}

async function positionsSql(
  { context, snapshot }: ReplacingWrite,
  match: Match,
  candidates: readonly AddFile[],
  relation: string,
): Promise<string> {
  const scan = await scanFiles(context, snapshot, candidates, { withPosition: true });
  return `SELECT ${TARGET}."__file_index" AS file, ${TARGET}."__row_number" AS row FROM ${scan} AS ${TARGET} SEMI JOIN ${relation} AS ${SOURCE} ON ${match.sql}`;
}
