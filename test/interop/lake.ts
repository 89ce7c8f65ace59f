/** A session of lakelet and tables by path, which all engines reach under the same name: `delta.`/folder/name``. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import type { SparkSession } from "../../src/session/contract.js";
import { createLocalSession } from "../../src/session/local-session.js";
import { type JsonValue, jsonValue } from "../../src/tasks/json-value.js";
import { type PeerRows, peers, READERS, type Reader } from "./peers.js";

type Rows = readonly (readonly JsonValue[])[];

export class Lake {
  private session: SparkSession | undefined;

  constructor(readonly folder: string) {}

  async open(): Promise<void> {
    this.session = await createLocalSession({ warehouse: join(this.folder, "lake"), threads: 2 });
  }
  async close(): Promise<void> {
    await this.session?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get spark(): SparkSession {
    if (!this.session) throw new Error("the session is there inside tests only");
    return this.session;
  }
  path(name: string): string {
    return join(this.folder, name);
  }
  /** The table's name for SQL of lakelet and of Spark. */
  name(table: string): string {
    return `delta.\`${this.path(table)}\``;
  }

  /** lakelet runs the statements and gives the rows of the last one, in the JSON form. */
  async sql(...statements: string[]): Promise<PeerRows> {
    const { schema, rows } = await this.spark.execute(statements.join(";\n"));
    return { columns: schema.fields.map((one) => one.name), rows: rows.map((row) => row.map(jsonValue)) };
  }
  read(table: string, options: { readonly version?: number; readonly where?: string } = {}): Promise<PeerRows> {
    const version = options.version === undefined ? "" : ` VERSION AS OF ${options.version}`;
    return this.sql(`SELECT * FROM ${this.name(table)}${version}${options.where ? ` WHERE ${options.where}` : ""}`);
  }

  /** All peers read the table as lakelet does, cell by cell, and it holds these rows (in any order), or that many. */
  async expectReadAlike(
    table: string,
    expected: Rows | number,
    options: { readonly version?: number; readonly readers?: readonly Reader[] } = {},
  ): Promise<void> {
    const { readers = READERS, ...version } = options;
    const own = await this.read(table, version);
    if (typeof expected === "number") expect(own.rows).toHaveLength(expected);
    else expect(sorted(own.rows), "lakelet").toEqual(sorted(expected));
    for (const reader of readers) await expectSame(reader, this.path(table), own, version);
  }
}

/** Gives what the reader gave. */
export async function expectSame(
  reader: Reader,
  path: string,
  own: PeerRows,
  options: { readonly version?: number; readonly where?: string } = {},
): Promise<PeerRows> {
  const read = await peers().read(reader, path, options);
  const found = byColumns(read, own.columns);
  expect(found.columns, `columns by ${reader}`).toEqual(own.columns);
  expect(sorted(found.rows), `rows by ${reader}`).toEqual(sorted(own.rows));
  return read;
}

/** delta-rs puts partition columns last. */
function byColumns({ columns, rows }: PeerRows, order: readonly string[]): PeerRows {
  const known = order.filter((name) => columns.includes(name));
  if (known.length !== columns.length) return { columns, rows };
  const positions = known.map((name) => columns.indexOf(name));
  return { columns: known, rows: rows.map((row) => positions.map((at) => row[at] ?? null)) };
}

export function sorted(rows: Rows): Rows {
  const key = (row: readonly JsonValue[]) => JSON.stringify(row);
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** For the tests of a file: `const lake = useLake()`. */
export function useLake(): Lake {
  const lake = new Lake(mkdtempSync(join(tmpdir(), "lakelet-interop-")));
  beforeAll(() => lake.open());
  afterAll(() => lake.close());
  return lake;
}
