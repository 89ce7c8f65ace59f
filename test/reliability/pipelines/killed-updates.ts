/**
 * R15: a pipeline day by day, its updates killed at random changes of the disk, with full and partial refreshes in between. In the end its
 * tables are those of a pipeline that was run once on everything, and every read file of rows is accounted for.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PathMap } from "../../../src/catalog/path-map.js";
import { WarehouseCatalog } from "../../../src/catalog/warehouse-catalog.js";
import { createEngine } from "../../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../../src/engine/engine.js";
import { Runtime } from "../../../src/session/local/runtime.js";
import { SessionState } from "../../../src/session/local/session-state.js";
import { LocalSession } from "../../../src/session/local-session.js";
import { engineLibrary } from "../../../src/sql/functions/library.js";
import { loadParser } from "../../../src/sql/parse/parse.js";
import { LocalStorage } from "../../../src/storage/local-storage.js";
import type { Storage } from "../../../src/storage/storage.js";
import { eventsOf, type PipelineRun, type RunOptions, runPipeline } from "../../pipeline/pipeline-lake.js";
import { mortalStorage } from "../mortal-storage.js";
import { randomNumbers, type SuiteOptions, type SuiteResult } from "../suite.js";

const DATASETS = ["bronze", "silver", "customers", "by_customer", "by_day", "open_versions"];

function pipelineText(folder: string): string {
  return `
CREATE OR REFRESH STREAMING TABLE bronze (CONSTRAINT has_id EXPECT (id IS NOT NULL) ON VIOLATION DROP ROW);
CREATE FLOW files AS INSERT INTO bronze BY NAME
  SELECT * FROM STREAM read_files('${folder}/orders', format => 'json', schema => 'id INT, customer INT, amount INT, day STRING, seq INT');
CREATE FLOW old_orders AS INSERT INTO ONCE bronze BY NAME SELECT * FROM main.raw.old_orders;
CREATE TEMPORARY VIEW priced (CONSTRAINT has_amount EXPECT (amount IS NOT NULL) ON VIOLATION DROP ROW)
  AS SELECT id, customer, amount, day FROM STREAM(bronze) WHERE id % 7 <> 0;
CREATE OR REFRESH STREAMING TABLE silver (CONSTRAINT positive EXPECT (amount > 0) ON VIOLATION DROP ROW) AS SELECT * FROM STREAM(priced);
CREATE OR REFRESH STREAMING TABLE customers;
CREATE FLOW changes AS AUTO CDC INTO customers FROM STREAM(bronze) KEYS (customer) APPLY AS DELETE WHEN amount = 13
  SEQUENCE BY seq COLUMNS (customer, day, seq) STORED AS SCD TYPE 2;
CREATE OR REFRESH MATERIALIZED VIEW by_customer AS SELECT customer, count(*) AS orders, sum(amount) AS total FROM silver GROUP BY customer;
CREATE OR REFRESH MATERIALIZED VIEW by_day AS SELECT day, total FROM (SELECT day, sum(amount) AS total FROM silver GROUP BY day) WHERE total > 10;
CREATE OR REFRESH MATERIALIZED VIEW open_versions AS SELECT c.customer, b.total FROM customers c LEFT JOIN by_customer b ON c.customer = b.customer WHERE c.__END_AT IS NULL;
`;
}

/** A process on a lake: a session of its own on the engine that all share. */
function session(engine: Engine, warehouse: string, storage: Storage): LocalSession {
  const options = { warehouse };
  const state = new SessionState(options);
  const catalog = new WarehouseCatalog(storage, warehouse);
  const paths = new PathMap({}, warehouse, (volume) => catalog.volumes.folder(volume));
  return new LocalSession(new Runtime(options, engine, storage, catalog, paths, state));
}

interface Sequence {
  readonly engine: Engine;
  readonly folder: string;
  readonly next: () => number;
}

interface Told {
  killed: number;
  updates: number;
  files: number;
}

/** `count`: sequences of updates. */
export async function run({ count, seed, log = () => undefined }: SuiteOptions): Promise<SuiteResult> {
  await loadParser();
  const engine = await createEngine({ threads: 2, library: engineLibrary, timeZone: "UTC" });
  const anomalies: string[] = [];
  const told: Told = { killed: 0, updates: 0, files: 0 };
  try {
    for (let index = 0; index < count; index += 1) {
      const folder = mkdtempSync(join(tmpdir(), "lakelet-updates-"));
      const next = randomNumbers(seed + index);
      try {
        const found = await sequence({ engine, folder, next }, told);
        for (const one of found) log(`seed ${seed + index}: ${one}`);
        anomalies.push(...found.map((one) => `seed ${seed + index}: ${one}`));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
      if (index % 10 === 9) log(`${index + 1} sequences, ${told.killed} kills, ${anomalies.length} anomalies`);
    }
  } finally {
    await engine.close();
  }
  const note = `${told.updates} updates of ${count} pipelines over ${told.files} files, ${told.killed} of them killed`;
  return { count, anomalies, notes: [note] };
}

async function sequence({ engine, folder, next }: Sequence, told: Told): Promise<readonly string[]> {
  const warehouse = join(folder, "lake");
  const text = pipelineText(folder);
  const storage = new LocalStorage();
  const anomalies: string[] = [];
  mkdirSync(join(folder, "orders"));
  const alive = session(engine, warehouse, storage);
  await alive.sql("CREATE SCHEMA raw");
  await alive.sql("CREATE TABLE raw.old_orders AS SELECT -1 AS id, 1 AS customer, 5 AS amount, 'd0' AS day, 0 AS seq");
  let pending: NonNullable<RunOptions["selection"]> | undefined;
  const days = 2 + Math.floor(next() * 4);
  for (let day = 1; day <= days; day += 1) {
    told.files += arrivals(join(folder, "orders"), day, next);
    // What reads a table that was fully refreshed must be, too: a killed full refresh is asked for again.
    const selection = pending ?? selected(next);
    pending = isFull(selection) ? selection : undefined;
    for (let life = 0; next() < 0.6 && life < 3; life += 1) {
      const death = { at: 1 + Math.floor(next() ** 2 * 60), after: next() < 0.5 };
      const { storage: disk, isDead } = mortalStorage(storage, death);
      const result = await runPipeline(session(engine, warehouse, disk), text, { selection });
      told.updates += 1;
      if (isDead()) told.killed += 1;
      else anomalies.push(...problems(result));
    }
    if (next() < 0.3) continue;
    anomalies.push(...problems(await update(alive, text, told, { selection })));
    pending = undefined;
  }
  if (pending) anomalies.push(...problems(await update(alive, text, told, { selection: pending })));
  anomalies.push(...problems(await update(alive, text, told)));
  const dayByDay = await contents(alive);
  const once = session(engine, join(folder, "once"), storage);
  await once.sql("CREATE SCHEMA raw");
  await once.sql(`CREATE TABLE raw.old_orders AS SELECT * FROM delta.\`${join(warehouse, "main/raw/old_orders")}\``);
  anomalies.push(...problems(await update(once, text, told)));
  anomalies.push(...differences(dayByDay, await contents(once), "than when run once on everything"));
  anomalies.push(...problems(await update(alive, text, told, { selection: { fullRefreshAll: true } })));
  anomalies.push(...differences(dayByDay, await contents(alive), "than after a full refresh"));
  return anomalies;
}

async function update(spark: LocalSession, text: string, told: Told, options: RunOptions = {}): Promise<PipelineRun> {
  told.updates += 1;
  return runPipeline(spark, text, options);
}

function selected(next: () => number): NonNullable<RunOptions["selection"]> {
  const number = next();
  if (number < 0.12) return { fullRefreshAll: true };
  if (number < 0.24) return { fullRefresh: ["bronze", "silver", "customers"], refresh: ["by_day"] };
  if (number < 0.34) return { refresh: ["bronze", "customers"] };
  return {};
}

function isFull({ fullRefreshAll, fullRefresh }: NonNullable<RunOptions["selection"]>): boolean {
  return fullRefreshAll === true || (fullRefresh?.length ?? 0) > 0;
}

/** Number of files that came. */
function arrivals(folder: string, day: number, next: () => number): number {
  const files = Math.floor(next() * 4);
  for (let file = 0; file < files; file += 1) {
    const rows = Array.from({ length: 1 + Math.floor(next() * 12) }, () => ({
      id: next() < 0.1 ? null : Math.floor(next() * 1000),
      customer: Math.floor(next() * 5),
      amount: next() < 0.1 ? null : next() < 0.1 ? 13 : Math.floor(next() * 20) - 3,
      day: `d${day}`,
      seq: Math.floor(next() * 1_000_000),
    }));
    const lines = rows.map((row) => JSON.stringify(row));
    if (next() < 0.2) lines.push('{"id": 1, "customer": ');
    writeFileSync(join(folder, `${day}-${file}.json`), `${lines.join("\n")}\n`);
  }
  return files;
}

/** What a living update must not tell. */
function problems(result: PipelineRun): readonly string[] {
  if (result.state !== "COMPLETED") return [`an update ended ${result.state}: ${String(result.error)}`];
  return eventsOf(result.events, "flow-progress").flatMap(({ flow, account }) => {
    if (account === undefined || !account.isRowByRow) return [];
    const { read, filtered, published, quarantined } = account;
    return read === filtered + published + quarantined ? [] : [`the rows of ${flow} do not add up`];
  });
}

type Contents = ReadonlyMap<string, string>;

async function contents(spark: LocalSession): Promise<Contents> {
  const result = new Map<string, string>();
  for (const name of DATASETS) {
    const { rows } = await spark
      .execute(`SELECT * EXCEPT (_rescued_data) FROM p.${name}`)
      .catch(() => spark.execute(`SELECT * FROM p.${name}`));
    result.set(
      name,
      rows
        .map((row) => row.map(String).join("|"))
        .sort()
        .join("\n"),
    );
  }
  return result;
}

function differences(one: Contents, other: Contents, how: string): readonly string[] {
  return [...one].flatMap(([name, rows]) => {
    if (rows === other.get(name)) return [];
    return [`${name} has other rows ${how}:\n${rows}\n-- and --\n${other.get(name) ?? ""}`];
  });
}
