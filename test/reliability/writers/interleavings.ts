/** R5: pairs of operations that meet at each phase: who loses, by which name, and what the table holds then. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { append } from "../../../src/commands/append.js";
import type { CommandContext, TargetTable } from "../../../src/commands/contract.js";
import type { DeltaLog } from "../../../src/delta/contract.js";
import { createDeltaLog } from "../../../src/delta/delta-log.js";
import { type Lake, openLake, textOf } from "../../commands/lake.js";
import type { SuiteOptions, SuiteResult } from "../suite.js";
import { randomNumbers, sample } from "../suite.js";
import { expectedOutcome, LATE_OPERATIONS, SETTINGS, type Setting } from "./conflict-matrix.js";
import { type Gate, gateStorage, PHASES, type Phase } from "./gate-storage.js";
import { OPERATIONS } from "./operations.js";

export interface Meeting {
  readonly setting: Setting;
  readonly winner: string;
  readonly late: string;
  readonly phase: Phase;
}

export const MEETINGS: readonly Meeting[] = SETTINGS.flatMap((setting) =>
  Object.keys(OPERATIONS).flatMap((winner) =>
    LATE_OPERATIONS.flatMap((late) => PHASES.map((phase) => ({ setting, winner, late, phase }))),
  ),
);

const FILES = [
  [1, 2, 1],
  [3, 4, 1],
  [5, 6, 2],
  [7, 8, 2],
] as const;

export class Meetings {
  readonly #templates = new Map<string, string>();
  readonly #serial = new Map<string, string>();
  #copies = 0;

  private constructor(
    readonly lake: Lake,
    readonly scratch: string,
  ) {}

  static async open(): Promise<Meetings> {
    return new Meetings(await openLake(), mkdtempSync(join(tmpdir(), "lakelet-meetings-")));
  }

  async close(): Promise<void> {
    await this.lake.close();
    rmSync(this.scratch, { recursive: true, force: true });
  }

  /** What is wrong with the meeting's outcome; undefined where nothing is. */
  async anomaly(meeting: Meeting): Promise<string | undefined> {
    const { setting, winner, late, phase } = meeting;
    const name = `${setting.name}: ${winner} against ${late} at ${phase}`;
    const { table, context, met, outcome } = await this.#meet(meeting);
    // An operation that stages nothing has no such phase.
    if (!met()) return phase === "staged" ? undefined : `${name}: the gate was never reached`;
    const expected = expectedOutcome(setting, winner, late);
    if (outcome !== expected) return `${name}: ${outcome}, and not ${expected}`;
    const rows = await this.#rows(context, table);
    const orders =
      outcome === "committed"
        ? [
            [winner, late],
            [late, winner],
          ]
        : [[winner]];
    const states = await Promise.all(orders.map((order) => this.#serially(setting, order, winner)));
    return states.includes(rows) ? undefined : `${name}: ${outcome}, with ${rows}, and not ${states.join(" or ")}`;
  }

  async #meet({ setting, winner, late, phase }: Meeting): Promise<{
    readonly table: TargetTable;
    readonly context: CommandContext;
    readonly met: () => boolean;
    readonly outcome: string;
  }> {
    const table = await this.#copyOf(setting);
    const context = this.#context();
    let gate: Gate | undefined = { phase, work: () => this.#run(winner, context, table, false) };
    const gated = this.#context(
      () => gate,
      () => {
        gate = undefined;
      },
    );
    const outcome = await this.#run(late, gated, table, true).then(
      () => "committed",
      (error: { condition?: string }) => error.condition ?? String(error),
    );
    return { table, context, met: () => gate === undefined, outcome };
  }

  /** Another process's view, where there is a gate: with a log of its own. */
  #context(gate: () => Gate | undefined = () => undefined, opened: () => void = () => undefined): CommandContext {
    const { engine, storage } = this.lake.context;
    const gated = gateStorage(storage, gate, opened);
    const log = (location: string): DeltaLog => {
      const own = createDeltaLog(gated, engine, location);
      const startTransaction: DeltaLog["startTransaction"] = async (...snapshot) => {
        const transaction = await own.startTransaction(...snapshot);
        const current = gate();
        if (current?.phase === "read") {
          opened();
          await current.work();
        }
        return transaction;
      };
      return new Proxy(own, {
        get(_own, name: keyof DeltaLog) {
          const member = name === "startTransaction" ? startTransaction : own[name];
          return typeof member === "function" ? member.bind(own) : member;
        },
      });
    };
    return { ...this.lake.context, storage: gated, log };
  }

  async #run(operation: string, context: CommandContext, table: TargetTable, late: boolean): Promise<void> {
    await OPERATIONS[operation]?.(context, table, this.lake.query, late);
  }

  /** The rows after the operations one after the other; `early` is the one that is not the late one of its pair. */
  async #serially(setting: Setting, order: readonly string[], early: string): Promise<string> {
    const key = JSON.stringify([setting.name, order, early, order.indexOf(early)]);
    const known = this.#serial.get(key);
    if (known !== undefined) return known;
    const table = await this.#copyOf(setting);
    let earlyIsDone = false;
    for (const operation of order) {
      const isEarly: boolean = operation === early && !earlyIsDone;
      earlyIsDone ||= isEarly;
      await this.#run(operation, this.#context(), table, !isEarly);
    }
    const rows = await this.#rows(this.#context(), table);
    this.#serial.set(key, rows);
    return rows;
  }

  async #rows(context: CommandContext, table: TargetTable): Promise<string> {
    const { version } = await context.log(table.location).snapshot();
    return (await this.lake.rows(table, version)).map(textOf).join(" ");
  }

  async #copyOf(setting: Setting): Promise<TargetTable> {
    const template = this.#templates.get(setting.name) ?? (await this.#makeTemplate(setting));
    const table = this.lake.table(`copy-${this.#copies++}`);
    cpSync(template, table.location, { recursive: true, preserveTimestamps: true });
    return table;
  }

  async #makeTemplate(setting: Setting): Promise<string> {
    const table = this.lake.table(`template-${setting.name}`);
    for (const [from, to, day] of FILES) {
      const source = await this.lake.query(
        `SELECT CAST(i AS BIGINT) AS id, CAST(0 AS BIGINT) AS v, CAST(${day} AS INTEGER) AS day FROM range(${from}, ${to + 1}) AS r(i)`,
      );
      await append(this.#context(), table, source, {
        byName: true,
        partitionBy: ["day"],
        properties: setting.properties,
      });
    }
    this.#templates.set(setting.name, table.location);
    return table.location;
  }
}

/** The count is of meetings; all of them where there are not more. */
export async function run({ count, seed, log }: SuiteOptions): Promise<SuiteResult> {
  const meetings = await Meetings.open();
  const anomalies: string[] = [];
  const chosen = sample(MEETINGS, count, randomNumbers(seed));
  try {
    for (const [index, meeting] of chosen.entries()) {
      const anomaly = await meetings.anomaly(meeting);
      if (anomaly !== undefined) anomalies.push(anomaly);
      if (index % 100 === 99) log?.(`${index + 1} of ${chosen.length} meetings, ${anomalies.length} anomalies`);
    }
  } finally {
    await meetings.close();
  }
  return { count: chosen.length, anomalies, notes: [`of ${MEETINGS.length} meetings`] };
}
