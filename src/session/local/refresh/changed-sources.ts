/** The rows of a view's sources that changed since its last refresh, as relations for the compilation of its query. */

import type { CommandContext } from "../../../commands/contract.js";
import { changesBetween, type RowChanges, rowsOfFile } from "../../../commands/table-changes/changes-between.js";
import type { Snapshot } from "../../../delta/contract.js";
import type { DataType, StructType } from "../../../schema/data-type.js";
import { engineName } from "../../../schema/engine-type.js";
import type { FromItem } from "../../../sql/ast.js";
import type { Attribute, Relation } from "../../../sql/relation.js";
import type { Runtime } from "../runtime.js";
import { scanSnapshot } from "../table-scan.js";
import type { ExpandedQuery, TableItem } from "./expanded-query.js";
import { NotIncremental } from "./not-incremental.js";
import type { ViewMemory } from "./view-memory.js";

interface ChangedTable {
  readonly snapshot: Snapshot;
  readonly changes: RowChanges;
}

/** Of rows that were inserted and removed alike only the difference counts: files that were rewritten hold mostly rows that stayed. */
interface NetChanges {
  /** Relations fit to stand behind FROM. */
  readonly all: string;
  readonly removed: string | undefined;
}

export class ChangedSources {
  private readonly net = new Map<string, Promise<NetChanges>>();
  private readonly kept: string[] = [];
  private places: ExpandedQuery["places"] = new Map();
  /** What the compilation of a rewritten query is given, by name. */
  readonly given = new Map<string, Relation>();

  private constructor(
    private readonly runtime: Runtime,
    private readonly tables: ReadonlyMap<string, ChangedTable>,
  ) {}

  /** To be called before any of its rows are asked for. */
  readAs(expanded: ExpandedQuery): void {
    this.places = expanded.places;
  }

  /** Throws NotIncremental where it cannot be told what has changed. */
  static async since(
    runtime: Runtime,
    context: CommandContext,
    { versions }: ViewMemory,
    snapshots: ReadonlyMap<string, Snapshot>,
  ): Promise<ChangedSources> {
    const tables = new Map<string, ChangedTable>();
    for (const [location, snapshot] of snapshots) {
      const from = versions.get(snapshot.metadata.id);
      if (from === undefined) throw new NotIncremental("a source is new");
      const changes = await changesBetween(context, context.log(location), from, snapshot);
      if (typeof changes === "string") throw new NotIncremental(changes);
      if (changes.inserted !== undefined || changes.removed !== undefined) tables.set(location, { snapshot, changes });
    }
    return new ChangedSources(runtime, tables);
  }

  get isEmpty(): boolean {
    return this.tables.size === 0;
  }
  get hasRemovals(): boolean {
    return [...this.tables.values()].some((one) => one.changes.removed !== undefined);
  }

  /** Throws NotIncremental where more rows of a source have changed than that share of it. */
  async checkFew(share: number): Promise<void> {
    for (const { snapshot, changes } of this.tables.values()) {
      let rows = 0;
      for await (const files of snapshot.files()) for (const file of files) rows += rowsOfFile(file);
      if (changes.rows > share * rows)
        throw new NotIncremental(
          `${changes.rows} rows of a source of ${rows} have changed, so that little would be saved`,
        );
    }
  }

  isChanged(place: FromItem): boolean {
    const read = this.places.get(place);
    if (read === undefined || !read.locations.some((one) => this.tables.has(one))) return false;
    if (!read.isTable) throw new NotIncremental("it reads a view whose steps are not looked into");
    return true;
  }

  /** The rows that were inserted in the place of the table. */
  async inserted(place: FromItem): Promise<FromItem> {
    const { changes } = this.tableOf(place);
    return this.standIn(place, `(${changes.inserted ?? ""})`);
  }

  async changed(place: FromItem): Promise<FromItem> {
    return this.standIn(place, (await this.netOf(place)).all);
  }

  /** The rows that there are, and those that were removed. */
  async everything(place: FromItem): Promise<FromItem> {
    const { snapshot } = this.tableOf(place);
    const { sql } = await scanSnapshot(this.runtime, snapshot, { withFile: false, qualifiers: [] });
    const { removed } = await this.netOf(place);
    const columns = columnsOf(snapshot.schema);
    return this.standIn(
      place,
      removed === undefined
        ? sql
        : `(SELECT ${columns} FROM ${sql} AS t UNION ALL SELECT ${columns} FROM ${removed} AS r)`,
    );
  }

  async release(): Promise<void> {
    for (const relation of this.kept) await this.runtime.engine.drop(relation);
  }

  private tableOf(place: FromItem): ChangedTable {
    const [location = ""] = this.places.get(place)?.locations ?? [];
    const table = this.tables.get(location);
    if (table === undefined) throw new TypeError("the place reads a table that has not changed");
    return table;
  }

  /** An item that reads the relation under the names by which the table's columns are meant. */
  private standIn(place: FromItem, sql: string): FromItem {
    const { output = [] } = this.places.get(place) ?? {};
    const name = `__lakelet_rows_${this.given.size}`;
    this.given.set(name, { sql, output: output.map((one: Attribute) => ({ ...one, engineName: one.name })) });
    const { version: _, timestamp: __, ...item } = place as TableItem;
    return { ...item, name: [name] };
  }

  private netOf(place: FromItem): Promise<NetChanges> {
    const table = this.tableOf(place);
    const { location } = table.snapshot;
    const known = this.net.get(location) ?? this.netChanges(table);
    this.net.set(location, known);
    return known;
  }

  private async netChanges({ snapshot, changes }: ChangedTable): Promise<NetChanges> {
    const { inserted, removed } = changes;
    const columns = columnsOf(snapshot.schema);
    if (removed === undefined) return { all: `(${inserted ?? ""})`, removed: undefined };
    const signed = [
      `SELECT ${columns}, -1 AS "__n" FROM (${removed}) AS r`,
      ...(inserted === undefined ? [] : [`SELECT ${columns}, 1 AS "__n" FROM (${inserted}) AS i`]),
    ].join(" UNION ALL ");
    const sql = isComparable(snapshot.schema)
      ? `SELECT ${columns}, sum("__n") AS "__n" FROM (${signed}) AS s GROUP BY ${[columns, ...exactTexts(snapshot.schema)].join(", ")} HAVING sum("__n") <> 0`
      : signed;
    const relation = await this.runtime.engine.materialize(sql);
    this.kept.push(relation);
    return { all: relation, removed: `(SELECT * FROM ${relation} WHERE "__n" < 0)` };
  }
}

export function columnsOf({ fields }: StructType): string {
  return fields.map(({ name }) => engineName(name)).join(", ");
}

/** The engine takes 0.0 and -0.0 for the same; as texts they are not. */
export function exactTexts({ fields }: StructType): readonly string[] {
  return fields
    .filter(({ dataType }) => holds(dataType, ["float", "double"]))
    .map(({ name }) => `CAST(${engineName(name)} AS VARCHAR)`);
}

export function isComparable({ fields }: StructType): boolean {
  return !fields.some(({ dataType }) => holds(dataType, ["variant", "map"]));
}

function holds(type: DataType, kinds: readonly string[]): boolean {
  if (kinds.includes(type.kind)) return true;
  if (type.kind === "struct") return type.fields.some((one) => holds(one.dataType, kinds));
  if (type.kind === "array") return holds(type.elementType, kinds);
  return type.kind === "map" && (holds(type.keyType, kinds) || holds(type.valueType, kinds));
}
