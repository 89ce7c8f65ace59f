/** Runs one sequence on an engine and compares the table with the model after every step. */

import { KINDS } from "./cell.js";
import { cellOf } from "./condition.js";
import { applied, Refused, type TableState } from "./model.js";
import { BASE, createText, resolvedRow, type Sequence } from "./sequence.js";
import { type Step, statementsOf } from "./step.js";

/** A table's rows as texts, see {@link shownValue}. */
export interface ShownTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One engine with one table. */
export interface DifferentialTable {
  /** As statements name it. */
  readonly name: string;
  /** Runs a statement; rejects where the engine refuses it. */
  execute(statement: string): Promise<void>;
  /** The newest version of the log. */
  version(): Promise<number>;
  read(version?: number): Promise<ShownTable>;
  /** The rows that another reader sees, by its name. */
  readonly others?: () => AsyncIterable<{ readonly reader: string; readonly table: ShownTable }>;
  /** Rows of the change data feed of one version: the table's columns, then `_change_type`. */
  readonly changes?: (version: number) => Promise<ShownTable>;
  /** Whether MERGE WITH SCHEMA EVOLUTION adds columns here. */
  readonly mergeEvolves: boolean;
  /** True where a refusal is one that the engine names, and not a fault of its own. */
  isRefusal(error: unknown): boolean;
}

/** What was run, for the report of a difference. */
export type Trace = string[];

/** Throws an Error that says the difference; gives the number of statements that ran. */
export async function runSequence(table: DifferentialTable, sequence: Sequence, trace: Trace): Promise<number> {
  const { settings } = sequence;
  const run = new SequenceRun(table, sequence, trace);
  await run.execute([createText(table.name, settings)]);
  await run.settle({ columns: BASE, rows: [], partitionColumn: settings.partitioned ? "p" : undefined });
  const rows = sequence.initial.map((row) => resolvedRow(row, BASE));
  for (const some of [rows.slice(0, 2), rows.slice(2, 4), rows.slice(4)]) {
    if (some.length > 0) await run.step({ kind: "insert", rows: some });
  }
  for (const [number, planned] of sequence.steps.entries()) {
    const step = planned({
      state: run.state,
      settings,
      versions: run.versions,
      number,
      mergeEvolves: table.mergeEvolves,
    });
    if (step !== undefined) await run.step(step);
  }
  await run.checkHistory();
  return run.statements;
}

class SequenceRun {
  statements = 0;
  readonly #states: (TableState | undefined)[] = [];

  constructor(
    private readonly table: DifferentialTable,
    private readonly sequence: Sequence,
    private readonly trace: Trace,
  ) {}

  get state(): TableState {
    const state = this.#states.at(-1);
    if (state === undefined) throw new Error("the table has no version yet");
    return state;
  }

  get versions(): readonly number[] {
    return this.#states.flatMap((state, version) => (state === undefined ? [] : [version]));
  }

  async execute(statements: readonly string[]): Promise<void> {
    for (const statement of statements) {
      this.trace.push(statement);
      this.statements++;
      await this.table.execute(statement);
    }
  }

  async step(step: Step): Promise<void> {
    const before = this.state;
    const expected = this.#expected(step);
    const failure = await this.execute(statementsOf(step, this.table.name, before.columns)).then(
      () => undefined,
      (error: unknown) => error ?? new Error("nothing thrown"),
    );
    if (failure !== undefined && !this.table.isRefusal(failure)) throw failure;
    if ((failure === undefined) === (expected === undefined)) {
      throw new Error(expected === undefined ? "the step had to be refused" : `the step was refused: ${failure}`);
    }
    await this.settle(expected ?? before, step);
  }

  /** The state after the step, or undefined where it has to be refused. */
  #expected(step: Step): TableState | undefined {
    if (step.kind === "restore") return this.#states[step.version];
    try {
      return applied(this.state, step);
    } catch (error) {
      if (error instanceof Refused) return undefined;
      throw error;
    }
  }

  /** Compares what is there, and keeps it as the state of the versions that are new. */
  async settle(state: TableState, step?: Step): Promise<void> {
    const newest = await this.table.version();
    const first = this.#states.length;
    const before = this.#states.at(-1);
    for (let version = first; version <= newest; version++) this.#states.push(state);
    if (step?.kind === "vacuum") for (let version = 0; version < newest; version++) this.#states[version] = undefined;
    const expected = shown(state);
    assertSame(await this.table.read(), expected, "the table");
    if (this.table.others) {
      for await (const { reader, table } of this.table.others()) assertSame(table, expected, reader);
    }
    const feed = this.sequence.settings.changeDataFeed && before !== undefined && newest === first;
    if (feed && this.table.changes && sameColumns(before, state)) {
      const changes = await this.table.changes(newest);
      const after = withChanges(shown(before).rows, changes.rows);
      assertSame({ columns: expected.columns, rows: after }, expected, `the change data feed of version ${newest}`);
    }
  }

  /** Time travel to every version whose files are still there. */
  async checkHistory(): Promise<void> {
    for (const version of this.versions.slice(-4)) {
      const state = this.#states[version];
      if (state) assertSame(await this.table.read(version), shown(state), `version ${version}`);
    }
  }
}

function shown({ columns, rows }: TableState): ShownTable {
  const cells = rows.map((row) =>
    columns.map((column) => {
      const text = KINDS[column.kind].shown(cellOf(row, column));
      return text;
    }),
  );
  return { columns: columns.map(({ name }) => name), rows: cells };
}

function sameColumns(left: TableState, right: TableState): boolean {
  return left.columns.map(({ name }) => name).join() === right.columns.map(({ name }) => name).join();
}

function withChanges(rows: readonly (readonly string[])[], changes: readonly (readonly string[])[]): string[][] {
  const left = rows.map((row) => [...row]);
  const takesAway = (type: string | undefined): boolean => type === "delete" || type === "update_preimage";
  for (const change of changes.filter((one) => takesAway(one.at(-1)))) {
    const key = JSON.stringify(change.slice(0, -1));
    const at = left.findIndex((row) => JSON.stringify(row) === key);
    if (at < 0) throw new Error(`the change data feed takes away a row that was not there: ${key}`);
    left.splice(at, 1);
  }
  return [...left, ...changes.filter((one) => !takesAway(one.at(-1))).map((one) => one.slice(0, -1))];
}

function assertSame(actual: ShownTable, expected: ShownTable, what: string): void {
  const lines = ({ columns, rows }: ShownTable): string =>
    [columns.join(" | "), ...rows.map((row) => row.join(" | ")).sort()].join("\n");
  const [left, right] = [lines(actual), lines(expected)];
  if (left !== right) throw new Error(`${what} differs\n--- is\n${left}\n--- has to be\n${right}`);
}
