/** Logs of tables that have nothing but a log: as many files as wanted, with statistics, in any form of the log. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createDeltaLog } from "../src/delta/delta-log.js";
import type { Engine } from "../src/engine/engine.js";
import { LocalStorage } from "../src/storage/local-storage.js";

export interface LogTable {
  readonly title: string;
  readonly files: number;
  readonly hasCheckpoint: boolean;
  /** Commits of one file each, after the checkpoint. */
  readonly tail: number;
}

/** Commits that the files of a table come in, those of the tail apart. */
const COMMITS = 10;
/** Files of a day, which is the partition column. */
export const FILES_PER_DAY = 100;
const ROWS = 1_000;
const SCHEMA = { id: "long", name: "string", amount: "decimal(12,2)", ts: "timestamp", day: "date" };

export async function writeLogTable(table: LogTable, location: string, engine: Engine): Promise<void> {
  await mkdir(join(location, "_delta_log"), { recursive: true });
  const perCommit = Math.ceil(table.files / COMMITS);
  for (let version = 0; version < COMMITS; version++) {
    const first = version * perCommit;
    const files = range(first, Math.min(first + perCommit, table.files));
    await writeCommit(location, version, [...(version === 0 ? tableActions() : []), ...files.map(addAction)]);
  }
  if (table.hasCheckpoint) await createDeltaLog(new LocalStorage({ durable: false }), engine, location).checkpoint();
  for (let i = 0; i < table.tail; i++) await writeCommit(location, COMMITS + i, [addAction(table.files + i)]);
}

/** An id that only one file has, and the day of that file. */
export function pickFile({ files }: LogTable): { readonly id: bigint; readonly day: string } {
  const index = Math.floor(files / 2);
  return { id: BigInt(index * ROWS + 1), day: dayOf(index) };
}

async function writeCommit(location: string, version: number, actions: readonly object[]): Promise<void> {
  const commitInfo = { timestamp: 1_700_000_000_000 + version, operation: "WRITE", operationParameters: {} };
  const text = [{ commitInfo }, ...actions].map((action) => JSON.stringify(action)).join("\n");
  await writeFile(join(location, "_delta_log", `${String(version).padStart(20, "0")}.json`), `${text}\n`);
}

function tableActions(): readonly object[] {
  const fields = Object.entries(SCHEMA).map(([name, type]) => ({ name, type, nullable: true, metadata: {} }));
  return [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: "5e1b9a60-0000-4000-8000-000000000001",
        format: { provider: "parquet", options: {} },
        schemaString: JSON.stringify({ type: "struct", fields }),
        partitionColumns: ["day"],
        configuration: {},
        createdTime: 0,
      },
    },
  ];
}

function addAction(index: number): object {
  const day = dayOf(index);
  const stats = {
    numRecords: ROWS,
    minValues: { id: index * ROWS, name: `customer ${index}`, amount: 0.01, ts: `${day}T00:00:00.000Z` },
    maxValues: { id: (index + 1) * ROWS - 1, name: `customer ${index}z`, amount: 9999.99, ts: `${day}T23:59:59.999Z` },
    nullCount: { id: 0, name: 0, amount: 3, ts: 0 },
  };
  return {
    add: {
      path: `day=${day}/part-${String(index).padStart(6, "0")}-3b1c9a60-0000-4000-8000-000000000001.c000.snappy.parquet`,
      partitionValues: { day },
      size: 1_000_000 + index,
      modificationTime: 1_700_000_000_000,
      dataChange: true,
      stats: JSON.stringify(stats),
    },
  };
}

function dayOf(index: number): string {
  return new Date(Date.UTC(2020, 0, 1) + Math.floor(index / FILES_PER_DAY) * 86_400_000).toISOString().slice(0, 10);
}

function range(first: number, end: number): readonly number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
}
