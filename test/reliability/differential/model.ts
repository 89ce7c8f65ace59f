/** What a table must hold after each step: plain rows in JavaScript, each command's meaning written down the slow way. */
import type { Cell } from "./cell.js";
import { type Column, type Condition, cellOf, compared, type Row, truthOf } from "./condition.js";
import type { Assignment, Clause, Expression, Side, Step } from "./step.js";

export interface TableState {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly partitionColumn: string | undefined;
}

/** A step that the table has to refuse, and stay as it was. */
export class Refused extends Error {}

/** A row of each side; a source row has no target in INSERT clauses, and the other way round. */
interface Pair {
  readonly target?: Row;
  readonly source?: Row;
}

/** The state after a step; throws {@link Refused}. RESTORE is the caller's, who knows the versions. */
export function applied(state: TableState, step: Exclude<Step, { kind: "restore" }>): TableState {
  const { columns, rows } = state;
  switch (step.kind) {
    case "insert": {
      const given = step.columns ?? columns;
      return { ...state, rows: [...rows, ...step.rows.map((row) => only(row, given))] };
    }
    case "insert-self":
      return { ...state, rows: [...rows, ...rows.filter((row) => truthOf(step.condition, row) === true)] };
    case "overwrite":
      return { ...state, rows: overwritten(state, step.rows, step.dynamic) };
    case "replace-where":
      if (step.rows.some((row) => truthOf(step.condition, row) !== true)) throw new Refused("replaceWhere");
      return { ...state, rows: [...rows.filter((row) => truthOf(step.condition, row) !== true), ...step.rows] };
    case "delete":
      return { ...state, rows: rows.filter((row) => !isTaken(step.condition, row)) };
    case "update":
      return {
        ...state,
        rows: rows.map((row) =>
          isTaken(step.condition, row) ? assigned(row, step.assignments, { target: row }) : row,
        ),
      };
    case "merge":
      return merged(state, step);
    case "add-column":
      return { ...state, columns: [...columns, step.column] };
    case "rename-column":
      return renamed(state, step.from.name, step.to);
    case "drop-column": {
      const kept = columns.filter(({ name }) => name !== step.column.name);
      return { ...state, columns: kept, rows: rows.map((row) => only(row, kept)) };
    }
    default:
      return state;
  }
}

function isTaken(condition: Condition | undefined, row: Row): boolean {
  return condition === undefined || truthOf(condition, row) === true;
}

function only(row: Row, columns: readonly Column[]): Row {
  return new Map(columns.map((column) => [column.name, cellOf(row, column)]));
}

function renamed(state: TableState, from: string, to: string): TableState {
  const name = (one: string): string => (one === from ? to : one);
  return {
    ...state,
    columns: state.columns.map((column) => ({ ...column, name: name(column.name) })),
    rows: state.rows.map((row) => new Map([...row].map(([one, cell]) => [name(one), cell]))),
  };
}

function overwritten({ rows, partitionColumn }: TableState, given: readonly Row[], dynamic: boolean): readonly Row[] {
  if (!dynamic || partitionColumn === undefined) return given;
  const replaced = new Set(given.map((row) => row.get(partitionColumn) ?? null));
  return [...rows.filter((row) => !replaced.has(row.get(partitionColumn) ?? null)), ...given];
}

function assigned(row: Row, assignments: readonly Assignment[], pair: Pair): Row {
  return new Map([...row, ...assignments.map(({ column, value }) => [column.name, cellFor(value, pair)] as const)]);
}

function cellFor(expression: Expression, pair: Pair): Cell {
  if (expression.is === "value") return expression.value;
  const cell = cellOf(pair[expression.side] ?? new Map(), expression.column);
  if (cell === null || expression.is === "column") return cell;
  if (expression.is === "concat") return `${cell}${expression.text}`;
  if (typeof cell === "bigint") return cell + BigInt(expression.amount);
  const sum = Number(cell) + expression.amount;
  if (sum > 2_147_483_647 || sum < -2_147_483_648) throw new Refused("overflow");
  return sum;
}

function merged(state: TableState, step: Extract<Step, { kind: "merge" }>): TableState {
  const evolves =
    step.newColumn !== undefined &&
    step.clauses.some(({ when, action }) => action.kind === "star" && when !== "not-matched-by-source");
  const columns = evolves && step.newColumn ? [...state.columns, step.newColumn] : state.columns;
  const matches = (target: Row, source: Row): boolean =>
    step.keys.every((key) => compared(key.kind, "=", cellOf(target, key), cellOf(source, key)) === true) &&
    (step.also === undefined || truthOf(step.also.condition, step.also.side === "target" ? target : source) === true);
  const sources = step.rows.map((row) => only(row, columns));
  const rows: Row[] = [];
  for (const target of state.rows) rows.push(...targetAfter(target, sources, matches, step.clauses));
  for (const source of sources) {
    if (state.rows.some((target) => matches(target, source))) continue;
    const clause = firstTaken(step.clauses, "not-matched", { source });
    if (clause) rows.push(clause.action.kind === "set" ? inserted(clause.action.assignments, source) : source);
  }
  return { ...state, columns, rows };
}

function targetAfter(
  target: Row,
  sources: readonly Row[],
  matches: (target: Row, source: Row) => boolean,
  clauses: readonly Clause[],
): readonly Row[] {
  const matched = clauses.filter(({ when }) => when === "matched");
  const hits = sources.filter((source) => matches(target, source));
  const [only] = matched;
  const deletesAll = matched.length === 1 && only?.action.kind === "delete" && only.condition === undefined;
  const insertsOnly = clauses.every(({ when }) => when === "not-matched");
  if (hits.length > 1 && !insertsOnly && !deletesAll) throw new Refused("ambiguous");
  const [source] = hits;
  const pair: Pair = source === undefined ? { target } : { target, source };
  const clause = firstTaken(clauses, source === undefined ? "not-matched-by-source" : "matched", pair);
  if (clause === undefined) return [target];
  if (clause.action.kind === "delete") return [];
  if (clause.action.kind === "set") return [assigned(target, clause.action.assignments, pair)];
  return [source ?? target];
}

function inserted(assignments: readonly Assignment[], source: Row): Row {
  return assigned(new Map(), assignments, { source });
}

function firstTaken(clauses: readonly Clause[], when: Clause["when"], pair: Pair): Clause | undefined {
  return clauses.find(
    ({ when: own, condition }) =>
      own === when && (condition === undefined || truthOf(condition.condition, rowOf(pair, condition.side)) === true),
  );
}

function rowOf(pair: Pair, side: Side): Row {
  return pair[side] ?? new Map();
}
