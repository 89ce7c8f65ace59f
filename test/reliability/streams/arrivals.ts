/** R15: rows and files that arrive at random, flows that run in between and are killed at any of their steps: each row once, in the table or in its quarantine. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectOrDrop } from "../../../src/quality/rules.js";
import type { FlowRequest, FlowResult } from "../../../src/session/flow-contract.js";
import { createLocalSession, type LocalSession } from "../../../src/session/local-session.js";
import { Killed } from "../mortal-storage.js";
import { randomNumbers, type SuiteOptions, type SuiteResult } from "../suite.js";
import { mortalSession } from "./mortal-session.js";

const STEPS = 12;
/** More than a batch has. */
const CALLS = 16;

interface Row {
  readonly id: number;
  readonly v: number;
}

interface ArrivedFile {
  readonly rows: readonly Row[];
  readonly malformed: readonly string[];
}

type FlowName = "rows" | "files" | "silver";

export interface ArrivalOptions extends SuiteOptions {
  /** A session that is there, and the folder that it works in. */
  readonly spark?: LocalSession;
  readonly folder?: string;
}

/** `count`: sequences. */
export async function run({ count, seed, log, ...given }: ArrivalOptions): Promise<SuiteResult> {
  const folder = given.folder ?? mkdtempSync(join(tmpdir(), "lakelet-streams-"));
  const spark =
    given.spark ?? (await createLocalSession({ warehouse: join(folder, "lake"), workingFolder: folder, threads: 2 }));
  const anomalies: string[] = [];
  const told = { batches: 0, killed: 0, full: 0 };
  try {
    for (let index = 0; index < count; index += 1) {
      const sequence = new Sequence(spark, folder, `s${index}`, randomNumbers(seed + index), told);
      try {
        anomalies.push(...(await sequence.run()).map((one) => `seed ${seed + index}: ${one}`));
      } catch (error) {
        anomalies.push(`seed ${seed + index}: ${error instanceof Error ? error.stack : String(error)}`);
      }
      if (index % 20 === 19)
        log?.(`${index + 1} sequences, ${told.killed} batches killed, ${anomalies.length} anomalies`);
    }
  } finally {
    if (given.spark === undefined) await spark.stop();
    if (given.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }
  const note = `${told.batches} batches, ${told.killed} of them killed, ${told.full} full refreshes`;
  return { count, anomalies, notes: [note] };
}

class Sequence {
  /** What the source table has. */
  private readonly appended: Row[] = [];
  private readonly files = new Map<string, ArrivedFile>();
  /** As they were when they were surely ingested: what is written to them later counts no more. */
  private ingested = new Map<string, ArrivedFile>();
  private last = 0;
  private readonly landing: string;

  constructor(
    private readonly spark: LocalSession,
    folder: string,
    private readonly name: string,
    private readonly next: () => number,
    private readonly told: { batches: number; killed: number; full: number },
  ) {
    this.landing = join(folder, name);
    mkdirSync(this.landing);
  }

  async run(): Promise<readonly string[]> {
    await this.spark.sql(`CREATE TABLE ${this.name}_src (id BIGINT, v INT)`);
    for (let step = 0; step < STEPS; step += 1) await this.step();
    // Whatever was killed last is caught up, and what it left behind is swept by the next batch.
    await this.append();
    this.arrive();
    for (const flow of ["rows", "files", "silver"] as const) await this.untilDone(flow, "continue");
    return this.anomalies();
  }

  private async step(): Promise<void> {
    const dice = this.next();
    if (dice < 0.2) await this.append();
    else if (dice < 0.4) this.arrive();
    else if (dice < 0.45) await this.spark.sql(`OPTIMIZE ${this.name}_src`);
    else if (dice < 0.5) this.rewrite();
    else if (dice < 0.55) await this.fullRefresh();
    else await this.batch(this.pick(["rows", "files", "files", "silver"]), "continue", this.next() < 0.5);
  }

  private async append(): Promise<void> {
    const rows = this.newRows();
    this.appended.push(...rows);
    if (rows.length === 0) return;
    const values = rows.map(({ id, v }) => `(${id}, ${v})`).join(", ");
    await this.spark.sql(`INSERT INTO ${this.name}_src VALUES ${values}`);
  }

  /** A new file, at times with lines that are no records, at times the same bytes as another one. */
  private arrive(): void {
    const known = [...this.files.values()];
    const isCopy = known.length > 0 && this.next() < 0.2;
    const malformed = this.next() < 0.3 ? [`no record ${this.name} ${++this.last}`] : [];
    const file = isCopy ? this.pick(known) : { rows: this.newRows(), malformed };
    this.write(`f${++this.last}.json`, file);
  }

  private rewrite(): void {
    const names = [...this.ingested.keys()];
    if (names.length > 0) this.write(this.pick(names), { rows: this.newRows(), malformed: [] });
  }

  private write(name: string, file: ArrivedFile): void {
    this.files.set(name, file);
    const lines = [...file.rows.map((row) => JSON.stringify(row)), ...file.malformed];
    writeFileSync(join(this.landing, name), lines.map((line) => `${line}\n`).join(""));
  }

  private async fullRefresh(): Promise<void> {
    this.told.full += 1;
    this.ingested = new Map();
    await this.untilDone("rows", "full");
    await this.untilDone("files", "continue");
    await this.untilDone("silver", "full");
  }

  private async untilDone(flow: FlowName, start: FlowRequest["start"]): Promise<void> {
    while (!(await this.batch(flow, start, this.next() < 0.3)));
  }

  /** False where it was killed. */
  private async batch(flow: FlowName, start: FlowRequest["start"], mayDie: boolean): Promise<boolean> {
    this.told.batches += 1;
    if (flow === "silver" && !(await this.spark.catalog.tableExists(`${this.name}_t`))) return true;
    const death = { at: 1 + Math.floor(this.next() * CALLS), after: this.next() < 0.5 };
    try {
      await this.flow(mortalSession(this.spark, mayDie ? death : undefined), flow, start);
    } catch (error) {
      if (!isKilled(error)) throw error;
      this.told.killed += 1;
      return false;
    }
    if (flow === "files")
      for (const [name, file] of this.files) if (!this.ingested.has(name)) this.ingested.set(name, file);
    return true;
  }

  private async flow(spark: LocalSession, flow: FlowName, start: FlowRequest["start"]): Promise<FlowResult> {
    const { name } = this;
    const queries = {
      rows: `SELECT id, v, 'rows' AS origin FROM STREAM(${name}_src) WHERE v <> 3`,
      files: `SELECT id, v, 'files' AS origin FROM STREAM read_files('${name}', format => 'json', schema => 'id BIGINT, v INT') WHERE v <> 3`,
      silver: `SELECT id, v * 2 AS w, origin FROM STREAM(${name}_t)`,
    };
    return spark.appendFlow({
      flow: `${name}/${flow}`,
      rows: await spark.sql(queries[flow]),
      target: {
        table: [flow === "silver" ? `${name}_s` : `${name}_t`],
        partitionBy: [],
        clusterBy: [],
        properties: {},
        constraints: {},
      },
      expectations: flow === "silver" ? [] : [expectOrDrop("not negative", "v >= 0")],
      byName: true,
      start,
      once: false,
    });
  }

  private async anomalies(): Promise<readonly string[]> {
    const { name } = this;
    const files = [...this.ingested.values()];
    const all = [
      ...this.appended.map((row) => ({ ...row, origin: "rows" })),
      ...files.flatMap((file) => file.rows.map((row) => ({ ...row, origin: "files" }))),
    ].filter(({ v }) => v !== 3);
    const good = all.filter(({ v }) => v >= 0);
    const bad = [...all.filter(({ v }) => v < 0).map(({ id }) => String(id)), ...files.flatMap((one) => one.malformed)];
    const held = `${name}_t_quarantine`;
    const isHeld = await this.spark.catalog.tableExists(held);
    // Where lines alone are held back there are no columns of rows.
    const columns = isHeld ? await this.spark.table(held).columns() : [];
    const what = columns.includes("id") ? "coalesce(quarantine_text, CAST(id AS STRING))" : "quarantine_text";
    return [
      ...difference(
        "table",
        good.map(({ id, v, origin }) => `${id} ${v} ${origin}`),
        await this.texts(`SELECT concat_ws(' ', id, v, origin) FROM ${name}_t`),
      ),
      ...difference(
        "silver",
        good.map(({ id, v, origin }) => `${id} ${2 * v} ${origin}`),
        await this.texts(`SELECT concat_ws(' ', id, w, origin) FROM ${name}_s`),
      ),
      ...difference("quarantine", bad, isHeld ? await this.texts(`SELECT ${what} FROM ${held}`) : []),
    ];
  }

  private async texts(query: string): Promise<readonly string[]> {
    const { rows } = await this.spark.execute(query);
    return rows.map(([text]) => String(text));
  }

  private newRows(): readonly Row[] {
    return Array.from({ length: Math.floor(this.next() * 5) }, () => ({
      id: ++this.last,
      v: Math.floor(this.next() * 6) - 1,
    }));
  }

  private pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.next() * items.length)] as Item;
  }
}

function isKilled(error: unknown): boolean {
  for (let one: unknown = error; one instanceof Error; one = one.cause) if (one instanceof Killed) return true;
  return false;
}

function difference(what: string, expected: readonly string[], actual: readonly string[]): readonly string[] {
  const [wanted, found] = [[...expected].sort(), [...actual].sort()];
  if (wanted.join("\n") === found.join("\n")) return [];
  const count = (list: readonly string[], one: string) => list.filter((other) => other === one).length;
  const wrong = [...new Set([...wanted, ...found])].filter((one) => count(wanted, one) !== count(found, one));
  return wrong.map((one) => `${what}: "${one}" is there ${count(found, one)} times, not ${count(wanted, one)}`);
}
