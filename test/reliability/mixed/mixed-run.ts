/** One table that the writers change in turn, held to the model of its rows by all readers. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { KINDS, shownValue } from "../differential/cell.js";
import { cellOf } from "../differential/condition.js";
import { lakeletTable } from "../differential/lakelet-table.js";
import { applied, Refused, type TableState } from "../differential/model.js";
import type { ShownTable } from "../differential/sequence-run.js";
import type { Step } from "../differential/step.js";
import {
  columnsOf,
  completed,
  createStatements,
  GENERATED,
  isAllowed,
  type MixedTable,
  type Writer,
} from "./mixed-table.js";
import { RandomSteps } from "./random-step.js";
import { RowIds } from "./row-ids.js";
import { type Engines, takeTurn } from "./turn.js";

const STEPS_BETWEEN_CHECKS = 5;
/** Of an anomaly's text: messages of Spark have pages. */
const LONGEST = 1000;

export class MixedRun {
  readonly anomalies: string[] = [];
  /** Steps by writer, and those that were refused as they had to be. */
  readonly turns: Record<Writer | "refused", number> = { lakelet: 0, spark: 0, "delta-rs": 0, refused: 0 };
  readonly #states: TableState[] = [];
  readonly #steps: RandomSteps;
  readonly #rowIds: RowIds | undefined;
  #sinceChecked = 0;
  #checked = 0;
  #trace: string[] = [];

  constructor(
    private readonly engines: Engines,
    private readonly table: MixedTable,
    private readonly path: string,
    next: () => number,
  ) {
    this.#steps = new RandomSteps(table, next);
    this.#rowIds = table.rowIds ? new RowIds(engines.peers, path) : undefined;
  }

  get commits(): number {
    return this.#states.length;
  }

  async create(): Promise<void> {
    const name = `delta.\`${this.path}\``;
    for (const statement of createStatements(this.table, name)) await this.engines.spark.execute(statement);
    await this.#settle({ columns: columnsOf(this.table), rows: [], partitionColumn: this.table.partitionColumn });
  }

  async turn(): Promise<void> {
    const before = this.#state();
    const writer = this.#steps.pick(this.table.writers);
    const step = this.#steps.step(writer, before, [...this.#states.keys()].slice(this.table.ruled ? 2 : 1));
    const columns = before.columns.filter(
      ({ name }) => !this.table.ruled || writer === "delta-rs" || name !== GENERATED.name,
    );
    const after = this.#expected(step);
    const given = this.#given(step, writer);
    this.#trace.push(`${writer} ${this.#states.length}: ${JSON.stringify(given, shownStep)}`);
    const failure = await takeTurn(this.engines, writer, this.path, given, columns).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    if ((failure === undefined) === (after === undefined)) {
      this.#report(
        after === undefined ? `${writer} did not refuse ${step.kind}` : `${writer} refused ${step.kind}: ${failure}`,
      );
    }
    this.turns[failure === undefined ? writer : "refused"]++;
    await this.#settle(failure === undefined ? (after ?? before) : before);
    if (++this.#sinceChecked >= STEPS_BETWEEN_CHECKS) await this.check();
  }

  /** All readers see what the model has. */
  async check(): Promise<void> {
    this.#sinceChecked = 0;
    const { spark, peers } = this.engines;
    const table = lakeletTable(spark, this.path, { readers: { peers, names: this.table.readers } });
    await this.#compare("lakelet", async () => table.read());
    if (table.others) {
      try {
        for await (const { reader, table: read } of table.others()) await this.#compare(reader, async () => read);
      } catch (error) {
        this.#report(`a reader fails: ${error}`);
      }
    }
    if (this.#rowIds) for (const line of await this.#rowIds.anomalies(this.#unchecked())) this.#report(line);
    if (this.table.feed) await this.#checkFeed();
    await this.#checkVersions();
    this.#checked = this.#states.length;
    this.#trace = [];
  }

  /** Some versions of the past, by all that read. */
  async checkPast(): Promise<void> {
    const { spark, peers } = this.engines;
    const versions = [...this.#states.keys()].filter((version) => version > 0);
    for (const version of [this.#steps.pick(versions), this.#steps.pick(versions)]) {
      const state = this.#states[version];
      await this.#compare(`lakelet at ${version}`, () => lakeletTable(spark, this.path).read(version), state);
      for (const reader of this.table.readers) {
        await this.#compare(`${reader} at ${version}`, () => peers.read(reader, this.path, { version }), state);
      }
    }
  }

  /** Versions since the last check. */
  #unchecked(): readonly number[] {
    return [...this.#states.keys()].slice(Math.max(this.#checked, 1));
  }

  #state(): TableState {
    const state = this.#states.at(-1);
    if (state === undefined) throw new Error("the table has no version yet");
    return state;
  }

  /** Undefined where the step has to be refused. */
  #expected(step: Step): TableState | undefined {
    if (step.kind === "restore") return this.#states[step.version];
    try {
      const after = applied(this.#state(), step);
      const rows = after.rows.map((row) => completed(this.table, row));
      return rows.every((row) => isAllowed(this.table, row)) ? { ...after, rows } : undefined;
    } catch (error) {
      if (error instanceof Refused) return undefined;
      throw error;
    }
  }

  /** delta-rs has to be given what the others generate. */
  #given(step: Step, writer: Writer): Step {
    if (writer !== "delta-rs" || step.kind !== "insert" || !this.table.ruled) return step;
    return { kind: "insert", rows: step.rows.map((row) => completed(this.table, row)) };
  }

  async #settle(state: TableState): Promise<void> {
    const newest = await lakeletTable(this.engines.spark, this.path).version();
    while (this.#states.length <= newest) this.#states.push(state);
  }

  async #compare(
    reader: string,
    read: () => Promise<{ readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[] }>,
    state = this.#state(),
  ): Promise<void> {
    try {
      const expected = shownState(state);
      const difference = differenceOf(inOrder(await read(), state), expected);
      if (difference !== undefined) this.#report(`${reader} ${difference}`);
    } catch (error) {
      this.#report(`${reader} fails: ${error}`);
    }
  }

  async #checkFeed(): Promise<void> {
    const { spark, peers } = this.engines;
    const versions = this.#unchecked();
    const [first, last] = [versions[0], versions.at(-1)];
    if (first === undefined || last === undefined) return;
    const names = this.#state()
      .columns.map(({ name }) => name)
      .join(", ");
    const query = `SELECT ${names}, _change_type, _commit_version FROM table_changes_by_path('${this.path}', ${first}, ${last})`;
    const own = (await spark.execute(query)).rows.map((row) => row.map(shownValue));
    const theirs = (await peers.spark(query)).rows.map((row) => row.map(shownValue));
    const difference = differenceOf(own, theirs);
    if (difference !== undefined) this.#report(`changes of ${first} to ${last}: lakelet ${difference}`);
  }

  async #checkVersions(): Promise<void> {
    const names = await readdir(join(this.path, "_delta_log"));
    const versions = names.filter((name) => /^\d{20}\.json$/.test(name)).map((name) => Number(name.slice(0, 20)));
    for (const [index, version] of versions.sort((a, b) => a - b).entries()) {
      if (index !== version) this.#report(`version ${index} is missing`);
    }
  }

  #report(line: string): void {
    const steps = this.anomalies.length === 0 ? `\n    after ${this.#trace.join("\n          ")}` : "";
    this.anomalies.push(`${this.table.name}, version ${this.#states.length - 1}: ${line.slice(0, LONGEST)}${steps}`);
  }
}

function shownStep(key: string, value: unknown): unknown {
  if (key === "column") return (value as { readonly name: string }).name;
  if (key === "columns") return undefined;
  if (typeof value === "bigint") return `${value}n`;
  return value instanceof Map ? Object.fromEntries(value) : value;
}

function shownState({ columns, rows }: TableState): ShownTable["rows"] {
  return rows.map((row) =>
    columns.map((column) => {
      const cell = cellOf(row, column);
      return Object.is(cell, -0) ? "0" : KINDS[column.kind].shown(cell);
    }),
  );
}

/** delta-rs puts partition columns last. */
function inOrder(
  { columns, rows }: { readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[] },
  state: TableState,
): ShownTable["rows"] {
  const names = state.columns.map(({ name }) => name);
  if ([...columns].sort().join() !== [...names].sort().join()) throw new Error(`columns ${columns}, not ${names}`);
  const positions = names.map((name) => columns.indexOf(name));
  return rows.map((row) => positions.map((at) => shownValue(row[at])));
}

function differenceOf(rows: ShownTable["rows"], expected: ShownTable["rows"]): string | undefined {
  const [found, wanted] = [rows, expected].map((some) => some.map((row) => JSON.stringify(row)).sort());
  if (found === undefined || wanted === undefined || found.join() === wanted.join()) return undefined;
  const extra = found.filter((row) => !wanted.includes(row)).slice(0, 3);
  const missing = wanted.filter((row) => !found.includes(row)).slice(0, 3);
  return `has ${found.length} rows of ${wanted.length}; extra ${extra.join(" ")}; missing ${missing.join(" ")}`;
}
