/** The incremental refreshes of a view: rows appended, or the rows of the keys that changes touch replaced, in one commit. */
import { append } from "../../../commands/append.js";
import type { CommandContext, CommandResult } from "../../../commands/contract.js";
import { marksRows } from "../../../commands/deletion-vectors.js";
import { replaceKeys } from "../../../commands/replace-on.js";
import type { EngineQuery } from "../../../engine/engine.js";
import { isLakeletError } from "../../../errors/lakelet-error.js";
import { findField, type StructType, sameType } from "../../../schema/data-type.js";
import { compileQuery } from "../../../sql/analysis/compile-query.js";
import { containsQuery, generatorOf } from "../../../sql/analysis/expression-tree.js";
import type { Expression, FromItem, Query, SelectQuery } from "../../../sql/ast.js";
import type { RefreshResult } from "../../flow-contract.js";
import { queryOf } from "../compiled-plan.js";
import { NameResolver } from "../name-resolver.js";
import { FileSources } from "../opened-files.js";
import { scanSnapshot } from "../table-scan.js";
import { ChangedSources } from "./changed-sources.js";
import { checkDetermined } from "./determined-functions.js";
import { expandedPlan } from "./expanded-query.js";
import { looksAtAllRows } from "./expectation-scope.js";
import { LinearRows } from "./linear-rows.js";
import { NotIncremental } from "./not-incremental.js";
import { selectOf } from "./query-of-plan.js";
import { gateOf, memoryOfCommit, outcome, type Refresh, unchanged } from "./view-refresh.js";
import { type KeyColumn, keyColumns, type ViewShape, viewShape, withBlock } from "./view-shape.js";

const KEYS = "__lakelet_keys";
const keyName = (i: number): string => `__lakelet_key_${i}`;

/** Where more of a view's rows than this are touched, as a share, all are computed anew; of the session's configuration. */
const MOST_TOUCHED = "spark.lakelet.refresh.maxTouchedShare";

/** Types whose values are the same in the table as when they were computed, and can be compared. */
const KEY_TYPES: ReadonlySet<string> = new Set(
  "boolean byte short integer long decimal string date timestamp timestamp_ntz".split(" "),
);

/** Throws {@link NotIncremental}. */
export async function refreshByParts(refresh: Refresh): Promise<RefreshResult> {
  const { runtime, request, reading, memory, snapshot, table } = refresh;
  if (snapshot === undefined || memory === undefined) throw new TypeError("a view that is new has no parts");
  const context = runtime.commandContext(new Map([...reading.snapshots, [table.location, snapshot]]));
  const sources = await ChangedSources.since(runtime, context, memory, reading.snapshots);
  try {
    // OPTIMIZE changes no row, but its file.
    if (sources.isEmpty && !reading.asksForFile) return unchanged(refresh);
    if (reading.indivisible !== undefined) throw new NotIncremental(reading.indivisible);
    const expanded = await expandedPlan(runtime, request.rows.plan, { snapshots: reading.snapshots });
    sources.readAs(expanded);
    const whole = request.expectations.find(looksAtAllRows);
    if (whole) throw new NotIncremental(`the expectation "${whole.name}" is about all of its rows`);
    const parts = new Parts(refresh, context, sources);
    return await parts.refresh(expanded.query);
  } finally {
    await sources.release();
  }
}

class Parts {
  private readonly rows: LinearRows;

  constructor(
    private readonly refreshed: Refresh,
    private readonly context: CommandContext,
    private readonly sources: ChangedSources,
  ) {
    this.rows = new LinearRows((place) => sources.isChanged(place));
  }

  async refresh(query: Query): Promise<RefreshResult> {
    await this.checkSame(query);
    const shape = viewShape(query, this.rows);
    const isByRow = [shape.block, ...shape.readers.map((one) => one.query)].every(({ distinct }) => !distinct);
    if (shape.step === "rows" && isByRow && !this.sources.hasRemovals && this.isAdditive(shape.block))
      return this.append(shape);
    if (this.refreshed.request.expectations.some((one) => one.onViolation === "drop"))
      throw new NotIncremental("rows of it may be in quarantine, and would have to be found there");
    return this.replace(shape);
  }

  /** Throws NotIncremental where the expanded query is not found to be the one that was asked for. */
  private async checkSame(query: Query): Promise<void> {
    const columns = ({ fields }: StructType) => fields.map((one) => one.name).join("\0");
    const { schema } = this.refreshed.reading;
    try {
      const expanded = await this.compile(query);
      if (sameType(expanded.schema, schema) && columns(expanded.schema) === columns(schema)) return;
    } catch (error) {
      // A DataFrame's step may mean columns that are no longer there by their names.
      if (!isUnresolved(error)) throw error;
    }
    throw new NotIncremental("it has steps that are not looked into");
  }

  private isAdditive(block: SelectQuery): boolean {
    try {
      this.rows.checkAdditiveItems(block.from);
      return true;
    } catch (error) {
      if (error instanceof NotIncremental) return false;
      throw error;
    }
  }

  private async append(shape: ViewShape): Promise<RefreshResult> {
    const places = this.placesOf(shape.block);
    const inserted = await standIns(places, (place) => this.sources.inserted(place));
    const from = shape.block.from.map((item) => this.rows.added(item, inserted));
    const query = await this.compile(withBlock(shape, { ...shape.block, from }));
    const gate = gateOf(this.refreshed, this.context.compiler, "add");
    await gate.prepare();
    const options = { hook: this.hook(query, gate), byName: true, readsTarget: true };
    const result = await append(this.context, this.refreshed.table, query, options);
    return outcome(this.refreshed, result, gate, { technique: "APPEND_ONLY", reason: undefined });
  }

  private async replace(shape: ViewShape): Promise<RefreshResult> {
    checkDetermined(shape.block);
    for (const { query } of shape.readers) checkDetermined(query);
    const keys = await this.keysOf(shape);
    const { engine } = this.refreshed.runtime;
    await this.checkCost(shape);
    const touched = await engine.materialize(await this.touchedKeys(shape, keys));
    try {
      const count = await this.countOf(touched);
      if (count === 0n) return unchanged(this.refreshed);
      await this.checkWorth(count);
      const types = (await this.compile(selectedKeys(shape.block, shape.block.from, keys))).schema;
      const result = await this.replaceTouched(shape, keys, touched, types);
      return result;
    } finally {
      await engine.drop(touched);
    }
  }

  private async replaceTouched(
    shape: ViewShape,
    keys: readonly KeyColumn[],
    touched: string,
    types: StructType,
  ): Promise<RefreshResult> {
    const output = types.fields.map(({ name, dataType }) => ({
      name,
      dataType,
      nullable: true,
      engineName: name,
      qualifiers: [[KEYS]],
    }));
    this.sources.given.set(KEYS, { sql: touched, output });
    const query = await this.compile(withBlock(shape, restricted(shape.block, keys)));
    const gate = gateOf(this.refreshed, this.context.compiler, "add");
    await gate.prepare();
    const columns = Object.fromEntries(keys.map(({ name }, i) => [name, keyName(i)]));
    const options = { hook: this.hook(query, gate), byName: true, readsTarget: true };
    const { table } = this.refreshed;
    const result: CommandResult = await replaceKeys(
      this.context,
      table,
      query,
      { relation: touched, columns },
      options,
    );
    const technique = TECHNIQUES[shape.step];
    return outcome(this.refreshed, result, gate, { technique, reason: undefined });
  }

  private hook(query: EngineQuery, gate: ReturnType<typeof gateOf>) {
    // Files, whose lines could turn out to be malformed, are not refreshed by parts.
    return { ...gate.hook(query, () => Promise.resolve()), transactions: memoryOfCommit(this.refreshed) };
  }

  private placesOf(block: SelectQuery): readonly FromItem[] {
    return block.from.flatMap((item) => this.rows.changedIn(item));
  }

  /** The keys that the table has as they are computed. Throws NotIncremental where there is none. */
  private async keysOf(shape: ViewShape): Promise<readonly KeyColumn[]> {
    const { block } = shape;
    const { snapshot } = this.refreshed;
    const names = (await this.compile(rowsOf(block, block.from))).schema.fields.map((one) => one.name);
    const found = keyColumns(shape, names).filter(
      ({ expression }) => !containsQuery(expression) && generatorOf(expression) === undefined,
    );
    const kept = block.from.map((item) => this.rows.kept(item));
    const isNarrowed = block.from.some((item) => this.rows.isNarrowed(item));
    if (isNarrowed && block.lateralViews.length > 0)
      throw new NotIncremental("the optional side of a join under a LATERAL VIEW has changed");
    const usable: KeyColumn[] = [];
    for (const key of found) {
      const column = snapshot && findField(snapshot.schema, key.name);
      const type = await this.typeOf(block, kept, key, isNarrowed);
      if (column === undefined || type === undefined || !KEY_TYPES.has(type.kind)) continue;
      // The empty text is NULL as a value of a partition.
      if (snapshot?.partitionColumns.includes(column.name) && type.kind === "string") continue;
      if (sameType({ kind: "struct", fields: [column] }, { kind: "struct", fields: [{ ...column, dataType: type }] }))
        usable.push({ ...key, name: column.name });
    }
    if (usable.length === 0) throw new NotIncremental("its columns lack the keys by which its rows part");
    // Any of them part the rows; what is computed tells them apart no better than what it is computed from.
    const plain = usable.filter(({ expression }) => expression.kind === "column");
    return plain.length > 0 ? plain : usable;
  }

  /** Undefined where the key needs columns of a join's optional side, which `kept` has not. */
  private async typeOf(block: SelectQuery, kept: readonly FromItem[], key: KeyColumn, isNarrowed: boolean) {
    try {
      const { schema } = await this.compile(selectedKeys(block, kept, [key]));
      return schema.fields[0]?.dataType;
    } catch (error) {
      if (isNarrowed && isUnresolved(error)) return undefined;
      throw error;
    }
  }

  /** Engine SQL of the keys of all rows of FROM that were or are there, and that a change takes part in. */
  private async touchedKeys({ block }: ViewShape, keys: readonly KeyColumn[]): Promise<string> {
    const places = this.placesOf(block);
    const changes = await standIns(places, (place) => this.sources.changed(place));
    const all = places.length > 1 ? await standIns(places, (place) => this.sources.everything(place)) : changes;
    const isNarrowed = block.from.some((item) => this.rows.isNarrowed(item));
    const queries: string[] = [];
    for (const place of places) {
      const from = block.from.map((item) => this.rows.touched(item, place, { changes, all }));
      const { where, ...rest } = selectedKeys(block, from, keys);
      // A row may pass the condition without its match, or with another one.
      const query = isNarrowed || where === undefined ? rest : { ...rest, where };
      queries.push((await this.compileTouched(query, isNarrowed)).sql);
    }
    return queries.length === 1 ? (queries[0] ?? "") : queries.map((one) => `(${one})`).join(" UNION ");
  }

  private async compileTouched(query: SelectQuery, isNarrowed: boolean): Promise<EngineQuery> {
    try {
      return await this.compile(query);
    } catch (error) {
      if (isNarrowed && isUnresolved(error))
        throw new NotIncremental("a join goes by columns of the optional side of another, which has changed");
      throw error;
    }
  }

  private async countOf(relation: string): Promise<bigint> {
    const { rows } = await this.refreshed.runtime.engine.run(`SELECT count(*) FROM ${relation} AS r`);
    return BigInt(String(rows[0]?.[0] ?? 0));
  }

  private get mostTouched(): number {
    return Number(this.refreshed.runtime.state.get(MOST_TOUCHED) ?? "0.5");
  }

  /** Throws NotIncremental where little would be saved, as far as that is known before any row is read. */
  private async checkCost({ step }: ViewShape): Promise<void> {
    const { snapshot } = this.refreshed;
    const marks = snapshot !== undefined && marksRows(this.context, snapshot, "delete");
    // Groups are computed from far more rows than they are written.
    if (step === "rows" && !marks)
      throw new NotIncremental(
        "its files would be written anew all the same: delta.enableDeletionVectors is not set on it",
      );
    await this.sources.checkFew(this.mostTouched);
  }

  /** Throws NotIncremental where little would be saved. */
  private async checkWorth(touched: bigint): Promise<void> {
    const { runtime, snapshot } = this.refreshed;
    const most = this.mostTouched;
    if (snapshot === undefined) return;
    const { sql } = await scanSnapshot(runtime, snapshot, { withFile: false, qualifiers: [] });
    const rows = await this.countOf(sql);
    if (Number(touched) > most * Number(rows))
      throw new NotIncremental(`${touched} keys are touched of a view of ${rows} rows, so that little would be saved`);
  }

  private async compile(query: Query): Promise<EngineQuery> {
    const { runtime, reading } = this.refreshed;
    const sources = new FileSources(runtime.engine, undefined, { snapshots: reading.snapshots });
    try {
      const resolver = new NameResolver(runtime, { sources, withFile: false, given: this.sources.given });
      const compiled = await compileQuery(query, { resolver, context: runtime.state.functionContext() });
      return queryOf({ sql: `(${compiled.sql})`, output: compiled.output });
    } finally {
      await sources.close();
    }
  }
}

const TECHNIQUES = {
  rows: "ROW_BASED",
  groups: "GROUP_AGGREGATE",
  distinct: "GROUP_AGGREGATE",
  windows: "PARTITION_OVERWRITE",
} as const;

async function standIns(
  places: readonly FromItem[],
  make: (place: FromItem) => Promise<FromItem>,
): Promise<(place: FromItem) => FromItem> {
  const made = new Map<FromItem, FromItem>();
  for (const place of places) made.set(place, await make(place));
  return (place) => made.get(place) ?? place;
}

/** All columns of the block's FROM, its condition left out. */
function rowsOf({ lateralViews }: SelectQuery, from: readonly FromItem[]): SelectQuery {
  return { ...selectOf({ kind: "table", name: [], columns: [] }), from, lateralViews };
}

/** The keys of the rows that the block reads, each once. */
function selectedKeys(block: SelectQuery, from: readonly FromItem[], keys: readonly KeyColumn[]): SelectQuery {
  const projection = keys.map(
    ({ expression }, i): Expression => ({ kind: "alias", operand: expression, names: [keyName(i)] }),
  );
  const { where } = block;
  return { ...rowsOf(block, from), distinct: true, projection, ...(where ? { where } : {}) };
}

/** The block over the rows of these keys alone. */
function restricted(block: SelectQuery, keys: readonly KeyColumn[]): SelectQuery {
  const equal = keys.map(
    ({ expression }, i): Expression => ({
      kind: "call",
      name: "<=>",
      args: [expression, { kind: "column", parts: [KEYS, keyName(i)] }],
    }),
  );
  const all = equal.reduce((one, other): Expression => ({ kind: "call", name: "and", args: [one, other] }));
  const table: FromItem = { kind: "table", name: [KEYS], columns: [] };
  const { where, ...rest } = block;
  const exists: Expression = { kind: "exists", query: selectOf(table, { where: all }) };
  const both: Expression = where ? { kind: "call", name: "and", args: [where, exists] } : exists;
  return { ...rest, where: both, orderBy: [] };
}

function isUnresolved(error: unknown): boolean {
  return ["UNRESOLVED_COLUMN.WITH_SUGGESTION", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", "AMBIGUOUS_REFERENCE"].some(
    (one) => isLakeletError(error, one),
  );
}
