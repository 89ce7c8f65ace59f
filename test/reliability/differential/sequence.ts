/** Random sequences of steps on a table: steps are resolved against the table as it is when their turn comes. */
import fc from "fast-check";
import { type Cell, KINDS, type KindName } from "./cell.js";
import type { Column, Comparison, Condition, Row } from "./condition.js";
import type { TableState } from "./model.js";
import type { Assignment, Clause, Expression, Side, Step } from "./step.js";

export interface TableSettings {
  readonly partitioned: boolean;
  readonly deletionVectors: boolean;
  readonly columnMapping: boolean;
  readonly changeDataFeed: boolean;
  readonly checkpointInterval: number;
  readonly v2Checkpoint: boolean;
}

/** What a step must know of the table to become one; undefined where it makes no sense there. */
export interface Surroundings {
  readonly state: TableState;
  readonly settings: TableSettings;
  /** Versions whose files are still there. */
  readonly versions: readonly number[];
  /** Makes names of new columns unique. */
  readonly number: number;
  /** Whether MERGE WITH SCHEMA EVOLUTION adds columns here. */
  readonly mergeEvolves: boolean;
}
export type PlannedStep = (around: Surroundings) => Step | undefined;

export interface Sequence {
  readonly settings: TableSettings;
  readonly initial: readonly PlannedRow[];
  readonly steps: readonly PlannedStep[];
}

/** Columns that every table has from the start and keeps. */
export const BASE: readonly Column[] = [
  { name: "id", kind: "long" },
  { name: "n", kind: "integer" },
  { name: "s", kind: "string" },
  { name: "d", kind: "decimal" },
  { name: "f", kind: "double" },
  { name: "ts", kind: "timestamp" },
  { name: "day", kind: "date" },
  { name: "p", kind: "partition" },
];

interface PlannedRow {
  readonly cells: readonly Cell[];
  /** Decides the values of columns that are added later. */
  readonly seed: number;
}

const cellOfKind = (kind: KindName): fc.Arbitrary<Cell> => fc.constantFrom(...KINDS[kind].values);
const baseColumn = fc.constantFrom(...BASE);
const plannedRow: fc.Arbitrary<PlannedRow> = fc.record({
  cells: fc.tuple(...BASE.map(({ kind }) => cellOfKind(kind))),
  seed: fc.nat(1000),
});
const plannedRows = fc.array(plannedRow, { minLength: 1, maxLength: 5 });

export function resolvedRow({ cells, seed }: PlannedRow, columns: readonly Column[]): Row {
  const base = new Map<string, Cell>(BASE.map(({ name }, i) => [name, cells[i] ?? null]));
  return new Map(
    columns.map(({ name, kind }, i) => {
      const own = base.get(name);
      const { values } = KINDS[kind];
      return [name, own === undefined ? (values[(seed * 7 + i) % values.length] ?? null) : own];
    }),
  );
}

const comparison = fc.constantFrom<Comparison>("=", "<>", "<", ">=", "<=>");
const atom: fc.Arbitrary<Condition> = fc.oneof(
  {
    weight: 5,
    arbitrary: baseColumn.chain((column) =>
      fc.record({
        is: fc.constant("compare" as const),
        column: fc.constant(column),
        operator: comparison,
        value: cellOfKind(column.kind),
      }),
    ),
  },
  fc.record({ is: fc.constant("null" as const), column: baseColumn }),
  baseColumn.chain((column) =>
    fc.record({
      is: fc.constant("in" as const),
      column: fc.constant(column),
      values: fc.array(cellOfKind(column.kind), { minLength: 1, maxLength: 3 }),
    }),
  ),
  fc.record({
    is: fc.constant("prefix" as const),
    column: fc.constantFrom(...BASE.filter(({ kind }) => kind === "string" || kind === "partition")),
    prefix: fc.constantFrom("a", "x", "É"),
  }),
);
const condition: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 4, arbitrary: atom },
  atom.map((operand): Condition => ({ is: "not", operand })),
  fc
    .tuple(fc.constantFrom("and" as const, "or" as const), atom, atom)
    .map(([is, left, right]): Condition => ({ is, operands: [left, right] })),
);

/** A value for the column out of what the sides in scope have. */
function expression(column: Column, sides: readonly Side[]): fc.Arbitrary<Expression> {
  const side = fc.constantFrom(...sides);
  const value = cellOfKind(column.kind).map((cell): Expression => ({ is: "value", value: cell }));
  const copy = side.map((one): Expression => ({ is: "column", column, side: one }));
  if (column.kind === "integer" || column.kind === "long") {
    return fc.oneof(
      value,
      copy,
      side.map((one): Expression => ({ is: "plus", column, side: one, amount: 1 })),
    );
  }
  if (column.kind !== "string") return fc.oneof(value, copy);
  return fc.oneof(
    value,
    copy,
    side.map((one): Expression => ({ is: "concat", column, side: one, text: "z" })),
  );
}

function assignments(sides: readonly Side[]): fc.Arbitrary<readonly Assignment[]> {
  return fc
    .uniqueArray(baseColumn, { minLength: 1, maxLength: 3, selector: ({ name }) => name })
    .chain((columns) =>
      fc.tuple(...columns.map((column) => expression(column, sides).map((value): Assignment => ({ column, value })))),
    );
}

function clause(when: Clause["when"], last: boolean): fc.Arbitrary<Clause> {
  const sides: readonly Side[] =
    when === "matched" ? ["target", "source"] : when === "not-matched" ? ["source"] : ["target"];
  const set = assignments(sides).map((given): Clause["action"] => ({ kind: "set", assignments: given }));
  const star = fc.constant<Clause["action"]>({ kind: "star" });
  const gone = fc.constant<Clause["action"]>({ kind: "delete" });
  const action =
    when === "matched" ? fc.oneof(set, star, gone) : when === "not-matched" ? fc.oneof(set, star) : fc.oneof(set, gone);
  const taken = fc.record({ side: fc.constantFrom(...sides), condition });
  return fc.record({
    when: fc.constant(when),
    condition: last ? fc.option(taken, { nil: undefined }) : taken,
    action,
  });
}

function clausesOf(when: Clause["when"]): fc.Arbitrary<readonly Clause[]> {
  return fc
    .tuple(fc.array(clause(when, false), { maxLength: 1 }), fc.array(clause(when, true), { maxLength: 1 }))
    .map(([front, back]) => [...front, ...back]);
}

const merge: fc.Arbitrary<PlannedStep> = fc
  .record({
    rows: plannedRows,
    keys: fc.constantFrom<readonly string[]>(["id"], ["id"], ["id"], ["s"], ["id", "p"], ["ts", "day"]),
    also: fc.option(fc.record({ side: fc.constantFrom<Side>("target", "source"), condition: atom }), {
      nil: undefined,
      freq: 4,
    }),
    clauses: fc
      .tuple(clausesOf("matched"), clausesOf("not-matched"), clausesOf("not-matched-by-source"))
      .map((groups) => groups.flat())
      .filter((all) => all.length > 0),
    evolves: fc.option(fc.constantFrom<KindName>("integer", "string"), { nil: undefined, freq: 6 }),
  })
  .map(({ rows, keys, also, clauses, evolves }) => ({ state, number, mergeEvolves }) => {
    const newColumn = evolves === undefined || !mergeEvolves ? undefined : { name: `x${number}`, kind: evolves };
    const columns = newColumn === undefined ? state.columns : [...state.columns, newColumn];
    return {
      kind: "merge",
      rows: rows.map((row) => resolvedRow(row, columns)),
      keys: BASE.filter(({ name }) => keys.includes(name)),
      also,
      clauses,
      newColumn,
    };
  });

const added = ({ state }: Surroundings): Column | undefined =>
  state.columns.find(({ name }) => BASE.every((column) => column.name !== name));

const reshape: fc.Arbitrary<PlannedStep> = fc.oneof(
  fc.constantFrom<KindName>("integer", "string", "double").map(
    (kind): PlannedStep =>
      ({ number }) => ({ kind: "add-column", column: { name: `x${number}`, kind } }),
  ),
  fc.constant<PlannedStep>((around) => {
    const from = around.settings.columnMapping ? added(around) : undefined;
    return from && { kind: "rename-column", from, to: `r${around.number}` };
  }),
  fc.constant<PlannedStep>((around) => {
    const column = around.settings.columnMapping ? added(around) : undefined;
    return column && { kind: "drop-column", column };
  }),
);

const maintenance: fc.Arbitrary<PlannedStep> = fc.oneof(
  fc.constantFrom<readonly Column[]>([], BASE.slice(0, 1), BASE.slice(0, 3)).map(
    (zOrderBy): PlannedStep =>
      () => ({ kind: "optimize", zOrderBy }),
  ),
  fc.constant<PlannedStep>(() => ({ kind: "vacuum" })),
  fc.nat(20).map(
    (pick): PlannedStep =>
      ({ versions }) => {
        const version = versions[pick % versions.length];
        return version === undefined ? undefined : { kind: "restore", version };
      },
  ),
);

const rowsStep: fc.Arbitrary<PlannedStep> = fc.oneof(
  fc.tuple(plannedRows, fc.option(fc.subarray([...BASE], { minLength: 1 }), { nil: undefined, freq: 4 })).map(
    ([rows, columns]): PlannedStep =>
      ({ state }) => ({
        kind: "insert",
        rows: rows.map((row) => resolvedRow(row, state.columns)),
        ...(columns === undefined ? {} : { columns }),
      }),
  ),
  condition.map(
    (one): PlannedStep =>
      ({ state }) =>
        state.rows.length > 20 ? undefined : { kind: "insert-self", condition: one },
  ),
  fc.tuple(plannedRows, fc.boolean()).map(
    ([rows, dynamic]): PlannedStep =>
      ({ state }) => ({ kind: "overwrite", dynamic, rows: rows.map((row) => resolvedRow(row, state.columns)) }),
  ),
  fc.tuple(plannedRows, condition, fc.boolean()).map(
    ([rows, one, fit]): PlannedStep =>
      ({ state }) => {
        const given = rows.map((row) => resolvedRow(row, state.columns));
        return { kind: "replace-where", condition: one, rows: fit ? fitting(one, given) : given };
      },
  ),
);

/** Rows that satisfy an equality, so that not every replaceWhere is refused. */
function fitting(one: Condition, rows: readonly Row[]): readonly Row[] {
  if (one.is !== "compare" || one.operator !== "=" || one.value === null) return rows;
  return rows.map((row) => new Map([...row, [one.column.name, one.value] as const]));
}

const change: fc.Arbitrary<PlannedStep> = fc.oneof(
  fc.option(condition, { nil: undefined, freq: 12 }).map(
    (one): PlannedStep =>
      () => ({ kind: "delete", condition: one }),
  ),
  fc.tuple(assignments(["target"]), fc.option(condition, { nil: undefined, freq: 6 })).map(
    ([given, one]): PlannedStep =>
      () => ({ kind: "update", assignments: given, condition: one }),
  ),
);

const settings: fc.Arbitrary<TableSettings> = fc.record({
  partitioned: fc.boolean(),
  deletionVectors: fc.boolean(),
  columnMapping: fc.boolean(),
  changeDataFeed: fc.boolean(),
  checkpointInterval: fc.constantFrom(2, 3, 10),
  v2Checkpoint: fc.boolean(),
});

export const sequences: fc.Arbitrary<Sequence> = fc.record({
  settings,
  initial: fc.array(plannedRow, { maxLength: 6 }),
  steps: fc.array(
    fc.oneof(
      { weight: 4, arbitrary: rowsStep },
      { weight: 4, arbitrary: change },
      { weight: 5, arbitrary: merge },
      { weight: 2, arbitrary: reshape },
      { weight: 3, arbitrary: maintenance },
    ),
    { minLength: 1, maxLength: 8 },
  ),
});

/** CREATE TABLE of a sequence's table. */
export function createText(table: string, settings: TableSettings): string {
  const columns = BASE.map(({ name, kind }) => `${name} ${KINDS[kind].ddl}`).join(", ");
  const properties: readonly (readonly [string, string])[] = [
    ["delta.checkpointInterval", String(settings.checkpointInterval)],
    ...(settings.deletionVectors ? [["delta.enableDeletionVectors", "true"] as const] : []),
    ...(settings.columnMapping ? [["delta.columnMapping.mode", "name"] as const] : []),
    ...(settings.changeDataFeed ? [["delta.enableChangeDataFeed", "true"] as const] : []),
    ...(settings.v2Checkpoint ? [["delta.checkpointPolicy", "v2"] as const] : []),
  ];
  const list = properties.map(([key, value]) => `'${key}' = '${value}'`).join(", ");
  const partition = settings.partitioned ? " PARTITIONED BY (p)" : "";
  return `CREATE TABLE ${table} (${columns}) USING DELTA${partition} TBLPROPERTIES (${list})`;
}
