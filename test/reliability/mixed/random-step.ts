/** The next step of a writer, drawn by random numbers: every row has an id of its own, so that no MERGE is ambiguous. */
import { type Cell, KINDS, type KindName } from "../differential/cell.js";
import type { Column, Comparison, Condition, Row } from "../differential/condition.js";
import type { TableState } from "../differential/model.js";
import type { Assignment, Clause, Step } from "../differential/step.js";
import { GENERATED, type MixedTable, type Writer } from "./mixed-table.js";

const ID: Column = { name: "id", kind: "long" };
const N: Column = { name: "n", kind: "integer" };
/** Of kinds whose literals and order all three engines share. */
const CONDITION_KINDS: readonly KindName[] = ["integer", "string", "date", "partition", "decimal"];
const COMPARISONS: readonly Comparison[] = ["=", "<>", "<", ">="];
/** `n + 1` must fit. */
const GREATEST = 2_147_483_647;
/** Spark writes timestamps as INT96, which delta-rs reads as nanoseconds: the year 9999 is 1816 there. */
const BEYOND_NANOSECONDS = 253_402_300_799_999_999n;
/** Spark's path of this partition has the letter as it is; delta-rs removes it escaped, and neither then takes the file for removed. */
const NOT_ASCII = "É:?#";

type Kind = Step["kind"];
const WEIGHTS: readonly (readonly [kind: Kind, weight: number])[] = [
  ["insert", 5],
  ["delete", 4],
  ["update", 4],
  ["merge", 6],
  ["optimize", 2],
  ["replace-where", 2],
  ["overwrite", 0.5],
  ["restore", 1],
  ["add-column", 0.6],
  ["rename-column", 0.6],
  ["drop-column", 0.5],
];
const MOST_ROWS = 40;
const MOST_COLUMNS = 12;

export class RandomSteps {
  #nextId = 0n;
  #nextName = 0;

  constructor(
    private readonly table: MixedTable,
    private readonly next: () => number,
  ) {}

  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  /** @param versions that a RESTORE may name */
  step(writer: Writer, state: TableState, versions: readonly number[]): Step {
    if (state.rows.length < 4) return this.#made("insert", writer, state, versions) ?? this.#optimize();
    for (;;) {
      const kind = state.rows.length > MOST_ROWS ? this.pick<Kind>(["delete", "overwrite"]) : this.#kind();
      const step = this.#made(kind, writer, state, versions);
      if (step !== undefined) return step;
    }
  }

  #kind(): Kind {
    let at = this.next() * WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [kind, weight] of WEIGHTS) {
      at -= weight;
      if (at < 0) return kind;
    }
    return "insert";
  }

  /** Undefined where the step makes no sense on this table or for this writer. */
  #made(kind: Kind, writer: Writer, state: TableState, versions: readonly number[]): Step | undefined {
    const columns = state.columns.filter(({ name }) => !this.table.ruled || name !== GENERATED.name);
    const isRust = writer === "delta-rs";
    // It does not compute generated columns of rows that it changes.
    if (isRust && this.table.ruled && (kind === "update" || kind === "merge")) return undefined;
    switch (kind) {
      case "insert":
        return { kind, rows: this.#rows(columns), ...(this.table.ruled ? { columns } : {}) };
      case "delete":
        return { kind, condition: this.#condition(state, columns) };
      case "update":
        return { kind, condition: this.#condition(state, columns), assignments: this.#assignments(columns) };
      case "merge":
        return this.#merge(state, columns);
      case "optimize":
        return isRust ? { kind, zOrderBy: [] } : this.#optimize();
      case "replace-where":
        return this.table.ruled ? undefined : this.#replaceWhere(columns);
      case "overwrite":
        if (this.table.ruled) return undefined;
        return { kind, rows: this.#rows(columns), dynamic: !isRust && this.next() < 0.7 };
      case "restore":
        return versions.length === 0 ? undefined : { kind, version: this.pick(versions) };
      default:
        return isRust || this.table.ruled ? undefined : this.#reshape(kind, columns);
    }
  }

  #optimize(): Step {
    return { kind: "optimize", zOrderBy: this.next() < 0.3 ? [ID] : [] };
  }

  #reshape(kind: Kind, columns: readonly Column[]): Step | undefined {
    const added = columns.find(({ name }) => /^x\d+$/.test(name));
    const name = `x${this.#nextName++}`;
    if (kind === "add-column") {
      if (columns.length >= MOST_COLUMNS) return undefined;
      return { kind, column: { name, kind: this.pick<KindName>(["integer", "string", "double"]) } };
    }
    if (!this.table.mapped || added === undefined) return undefined;
    if (kind === "rename-column") return { kind, from: added, to: name };
    return kind === "drop-column" ? { kind, column: added } : undefined;
  }

  #cell(column: Column): Cell {
    if (column.name === ID.name) return this.#nextId++;
    const values: readonly Cell[] = KINDS[column.kind].values;
    return this.pick(values.filter((value) => !this.#unfit(column).includes(value)));
  }

  /** Values that the table's engines do not share. */
  #unfit({ name }: Column): readonly Cell[] {
    const { writers, readers } = this.table;
    return [
      GREATEST,
      ...(readers.includes("datafusion") ? [BEYOND_NANOSECONDS] : []),
      ...(name === "p" && writers.includes("delta-rs") ? [NOT_ASCII] : []),
    ];
  }

  #rows(columns: readonly Column[]): readonly Row[] {
    const count = 1 + Math.floor(this.next() * 4);
    return Array.from(
      { length: count },
      () => new Map(columns.map((column) => [column.name, this.#cell(column)] as const)),
    );
  }

  #someIds(state: TableState, most: number): readonly Cell[] {
    const ids = state.rows.map((row) => row.get(ID.name) ?? null);
    return Array.from({ length: 1 + Math.floor(this.next() * most) }, () => this.pick(ids));
  }

  #condition(state: TableState, columns: readonly Column[]): Condition {
    const draw = this.next();
    if (draw < 0.5) return { is: "in", column: ID, values: this.#someIds(state, 4) };
    const usable = columns.filter(({ kind }) => CONDITION_KINDS.includes(kind));
    const column = this.pick(usable);
    if (draw < 0.6) return { is: "null", column };
    const values = KINDS[column.kind].values.filter((value: Cell) => value !== null);
    const compare: Condition = {
      is: "compare",
      column,
      operator: this.pick(COMPARISONS),
      value: this.pick<Cell>(values),
    };
    const few: Condition = { is: "in", column: ID, values: this.#someIds(state, 8) };
    return this.next() < 0.6 ? { is: "and", operands: [compare, few] } : compare;
  }

  #assignments(columns: readonly Column[]): readonly Assignment[] {
    const [first, second] = [this.pick(columns), this.pick(columns)];
    return [...new Set([first, second])]
      .filter(({ name }) => name !== ID.name)
      .concat(first.name === ID.name && second.name === ID.name ? [N] : [])
      .map((column) => ({ column, value: { is: "value", value: this.#cell(column) } }));
  }

  #replaceWhere(columns: readonly Column[]): Step {
    const column = this.table.partitionColumn === undefined ? N : { name: "p", kind: "partition" as const };
    const values: readonly Cell[] = KINDS[column.kind].values;
    const value = this.pick(values.filter((one) => one !== null && !this.#unfit(column).includes(one)));
    return {
      kind: "replace-where",
      condition: { is: "compare", column, operator: "=", value },
      rows: this.#rows(columns).map((row) => new Map([...row, [column.name, value] as const])),
    };
  }

  #merge(state: TableState, columns: readonly Column[]): Step {
    const ids = new Set(this.#someIds(state, 5));
    const known = [...ids].flatMap((id) =>
      this.#rows(columns)
        .slice(0, 1)
        .map((row) => new Map([...row, [ID.name, id]])),
    );
    const set = (given: readonly Column[]): Clause["action"] => ({
      kind: "set",
      assignments: given.map((column) => ({ column, value: { is: "column", column, side: "source" } })),
    });
    const others = columns.filter(({ name }) => name !== ID.name);
    const star: Clause["action"] = { kind: "star" };
    const matched: Clause["action"][] = [set([this.pick(others)]), { kind: "delete" }];
    if (!this.table.ruled) matched.push(star, star);
    const side = this.pick(["source", "target"] as const);
    const clauses: Clause[] = [
      ...(this.next() < 0.4
        ? [
            {
              when: "matched" as const,
              condition: { side, condition: this.#condition(state, columns) },
              action: this.pick(matched),
            },
          ]
        : []),
      { when: "matched", action: this.pick(matched) },
      { when: "not-matched", action: this.table.ruled ? set(columns) : star },
    ];
    if (this.next() < 0.3) {
      clauses.push({
        when: "not-matched-by-source",
        condition: { side: "target", condition: { is: "in", column: ID, values: this.#someIds(state, 3) } },
        action: this.next() < 0.5 ? { kind: "delete" } : { kind: "set", assignments: this.#assignments([N]) },
      });
    }
    return { kind: "merge", keys: [ID], rows: [...known, ...this.#rows(columns)], clauses };
  }
}
