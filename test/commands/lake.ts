/** A folder with real tables for tests of commands: real engine, real log, real compiler. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandContext, TargetTable } from "../../src/commands/contract.js";
import { scanFiles } from "../../src/commands/data-file.js";
import type { AddFile } from "../../src/delta/actions.js";
import type { DeltaLog } from "../../src/delta/contract.js";
import { createDeltaLog } from "../../src/delta/delta-log.js";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine, EngineQuery, Value } from "../../src/engine/engine.js";
import { createExpressionCompiler } from "../../src/sql/analysis/expression-compiler.js";
import { engineLibrary } from "../../src/sql/functions/library.js";
import { loadParser } from "../../src/sql/parse/parse.js";
import type { FunctionContext } from "../../src/sql/typed.js";
import { LocalStorage } from "../../src/storage/local-storage.js";

export interface Lake {
  readonly engine: Engine;
  readonly context: CommandContext;
  table(name: string): TargetTable;
  /** A query with the schema that the engine gives it. */
  query(sql: string): Promise<EngineQuery>;
  /** The table's rows as values, in no order of their own: sorted as text. */
  rows(target: TargetTable, version?: number): Promise<readonly (readonly Value[])[]>;
  files(target: TargetTable): Promise<readonly AddFile[]>;
  /** Names of the data files in the table's folder, those of no commit included. */
  filesOnDisk(target: TargetTable): Promise<readonly string[]>;
  version(target: TargetTable): Promise<number>;
  /** Sets properties of an existing table, and with them the features that they need. */
  configure(target: TargetTable, configuration: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

const FUNCTIONS: FunctionContext = {
  timeZone: "UTC",
  now: 1_700_000_000_000_000n,
  currentCatalog: "main",
  currentSchema: "default",
  currentUser: "test",
  seed: () => 1,
};

export async function openLake(overrides: Partial<CommandContext> = {}): Promise<Lake> {
  const folder = await mkdtemp(join(tmpdir(), "lakelet-commands-"));
  const engine = await createEngine({ threads: 2, library: engineLibrary });
  await loadParser();
  const storage = new LocalStorage();
  const logs = new Map<string, DeltaLog>();
  const context: CommandContext = {
    engine,
    storage,
    compiler: createExpressionCompiler(FUNCTIONS),
    log(location) {
      const log = logs.get(location) ?? createDeltaLog(storage, engine, location);
      logs.set(location, log);
      return log;
    },
    configuration: {},
    now: Date.now,
    ...overrides,
  };
  return {
    engine,
    context,
    table: (name) => ({ name, location: join(folder, name) }),
    query: async (sql) => ({ sql, schema: await engine.describe(sql) }),
    async rows(target, version) {
      const snapshot = await context.log(target.location).snapshot(version);
      const files = [];
      for await (const batch of snapshot.files()) files.push(...batch);
      const relation = await scanFiles(context, snapshot, files);
      const { rows } = await engine.run(`SELECT * FROM ${relation} AS t`);
      return sorted(rows);
    },
    async files(target) {
      const files: AddFile[] = [];
      for await (const batch of (await context.log(target.location).snapshot()).files()) files.push(...batch);
      return files;
    },
    async filesOnDisk(target) {
      const names = await readdir(target.location).catch(() => []);
      return names.filter((name) => name.endsWith(".parquet")).sort();
    },
    version: async (target) => (await context.log(target.location).snapshot()).version,
    async configure(target, configuration) {
      const transaction = await context.log(target.location).startTransaction();
      const metadata = transaction.snapshot?.metadata;
      if (metadata === undefined) throw new Error(`no table ${target.name}`);
      await transaction.commit({
        actions: [{ metaData: { ...metadata, configuration: { ...metadata.configuration, ...configuration } } }],
        operation: "SET TBLPROPERTIES",
        operationParameters: {},
        operationMetrics: {},
        read: { predicates: [], files: [] },
      });
    },
    async close() {
      await engine.close();
      await rm(folder, { recursive: true });
    },
  };
}

export function sorted(rows: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  return [...rows].sort((left, right) => (textOf(left) < textOf(right) ? -1 : 1));
}

export function textOf(row: readonly Value[]): string {
  return JSON.stringify(row, (_, value) => (typeof value === "bigint" ? Number(value) : value));
}

/** The engine with some methods in another form. */
export function engineWith(engine: Engine, change: Partial<Engine>): Engine {
  return new Proxy(engine, {
    get(own, name: keyof Engine) {
      const method = change[name] ?? own[name];
      return typeof method === "function" ? method.bind(own) : method;
    },
  });
}
