/** What B14's pipelines are given: orders of a year as CSV files in a folder, and later one more file, of a new day. */
import { existsSync } from "node:fs";
import { link, mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { BareDuckDB } from "../bare-duckdb.js";
import { orders } from "../orders-data.js";

const FILES = 8;
/** Rows of the day, but no more than a tenth of the year's. */
const DAY_ROWS = 100_000;
/** No order of the year is of this day. */
export const NEW_DAY = "2025-01-01";

export interface PipelineData {
  readonly rows: number;
  readonly dayRows: number;
  /** The year's. */
  readonly files: readonly string[];
  readonly day: string;
}

/** Makes the files, unless they are there from an earlier run. */
export async function pipelineData(duckdb: BareDuckDB, folder: string, rows: number): Promise<PipelineData> {
  const home = join(folder, `pipeline-${rows}`);
  const dayRows = Math.max(1, Math.min(DAY_ROWS, Math.floor(rows / 10)));
  const data = {
    rows,
    dayRows,
    files: Array.from({ length: FILES }, (_, i) => join(home, `orders-${i}.csv`)),
    day: join(home, "day.csv"),
  };
  if (existsSync(home)) return data;
  const unfinished = `${home}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  for (const [i, file] of data.files.entries()) {
    const [from, to] = [i, i + 1].map((part) => Math.floor((rows * part) / FILES));
    await copy(duckdb, orders(`range(${from}, ${to})`, rows), join(unfinished, basename(file)));
  }
  const ofTheDay = `SELECT * REPLACE (DATE '${NEW_DAY}' AS order_date, TIMESTAMPTZ '${NEW_DAY} 00:00:00+00' + to_seconds((hash(order_id) % 86400)::BIGINT) AS updated_at) FROM (${orders(`range(${rows}, ${rows + dayRows})`, rows)})`;
  await copy(duckdb, ofTheDay, join(unfinished, basename(data.day)));
  await rename(unfinished, home);
  return data;
}

async function copy(duckdb: BareDuckDB, sql: string, file: string): Promise<void> {
  const texts = "* REPLACE (strftime(updated_at, '%Y-%m-%dT%H:%M:%SZ') AS updated_at)";
  await duckdb.run(`COPY (SELECT ${texts} FROM (${sql})) TO '${file}' (FORMAT csv, HEADER)`);
}

/** The folder that a pipeline streams from, with the year's files alone. */
export async function landingFolder(data: PipelineData, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const file of data.files) await link(file, join(folder, basename(file)));
}

export async function arrive(data: PipelineData, folder: string): Promise<void> {
  if (!(await readdir(folder)).includes(basename(data.day))) await link(data.day, join(folder, basename(data.day)));
}
