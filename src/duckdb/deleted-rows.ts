/** Rows that deletion vectors mark, as in-memory tables that scans join against: loaded when a statement names one, dropped when others need the room. */
import { createHash } from "node:crypto";
import { type DuckDBConnection, DuckDBDataChunk, type DuckDBType } from "@duckdb/node-api";
import type { DataFile, DeletedRows } from "../engine/engine.js";
import { engineName } from "../schema/engine-type.js";
import { integersOf } from "./integer-vectors.js";

const MENTION = /\blakelet_deleted_[0-9a-f]{40}\b/g;
/** Rows that are kept in tables while no statement reads them; 16 bytes each. */
const ROWS_KEPT = 4_000_000;
/** Row numbers that are kept in JavaScript, so that the next version of a table reads only its new vectors; 8 bytes each. */
const POSITIONS_KEPT = 4_000_000;
/** Vectors of which it is kept how they are read. A statement can be run for as long as its tables are among them. */
const VECTORS_KNOWN = 1_000_000;
/** Vectors read at the same time. */
const READ_CONCURRENCY = 16;
/** Rows of a chunk: the engine's vector size. */
const CHUNK_ROWS = 2048;

/** What is wanted of a connection pool: a connection for as long as the work runs. */
interface Connections {
  readonly isClosed: boolean;
  use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
}

interface DeletedTable {
  readonly name: string;
  readonly vectors: readonly { readonly index: number; readonly rows: DeletedRows }[];
  readonly rowCount: number;
  /** Statements that read it now. */
  readers: number;
  /** Undefined while it is not there. */
  loaded: Promise<void> | undefined;
}

export class DeletedRowsTables {
  /** By name, the least recently used first. */
  readonly #tables = new Map<string, DeletedTable>();
  /** By the id of the vector, the least recently used first. */
  readonly #positions = new Map<string, BigInt64Array>();
  #rowsLoaded = 0;
  #positionsKept = 0;
  #vectorsKnown = 0;
  /** Tables come and go one after the other: two connections that make and drop one at a time would conflict. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly connections: Connections) {}

  /**
   * The table `(file_index UBIGINT, row_number BIGINT)` of the rows that are gone from these files, or undefined where none is. It is there for
   * the statements that come by {@link lend}; the vectors are not read before.
   */
  tableOf(files: readonly DataFile[]): string | undefined {
    const vectors = files.flatMap(({ deletedRows }, index) =>
      deletedRows === undefined || deletedRows.cardinality === 0 ? [] : [{ index, rows: deletedRows }],
    );
    if (vectors.length === 0) return undefined;
    const hash = createHash("sha1");
    for (const { index, rows } of vectors) hash.update(`${index}\0${rows.id}\0`);
    const name = `lakelet_deleted_${hash.digest("hex")}`;
    const known = this.#tables.get(name);
    this.#tables.delete(name);
    const rowCount = vectors.reduce((sum, { rows }) => sum + rows.cardinality, 0);
    this.#tables.set(name, known ?? { name, vectors, rowCount, readers: 0, loaded: undefined });
    if (known === undefined) this.#vectorsKnown += vectors.length;
    this.#forgetBefore(name);
    return name;
  }

  /** Sees to it that the tables that the statement names are there; they stay until the function that comes back is called. */
  async lend(sql: string): Promise<() => Promise<void>> {
    const names = new Set(sql.match(MENTION) ?? []);
    const tables = [...names].flatMap((name) => this.#tables.get(name) ?? []);
    for (const table of tables) {
      table.readers++;
      this.#tables.delete(table.name);
      this.#tables.set(table.name, table);
    }
    const release = async (): Promise<void> => {
      for (const table of tables) table.readers--;
      if (tables.length > 0) await this.#dropUnused();
    };
    try {
      await Promise.all(tables.map((table) => this.#load(table)));
    } catch (error) {
      await release();
      throw error;
    }
    return release;
  }

  #load(table: DeletedTable): Promise<void> {
    if (table.loaded === undefined) {
      this.#rowsLoaded += table.rowCount;
      table.loaded = this.#fill(table).catch((error: unknown) => {
        table.loaded = undefined;
        this.#rowsLoaded -= table.rowCount;
        throw error;
      });
    }
    return table.loaded;
  }

  async #fill({ name, vectors }: DeletedTable): Promise<void> {
    const positions = await this.#readAll(vectors.map(({ rows }) => rows));
    await this.#inTurn(async (connection) => {
      await connection.run(`CREATE OR REPLACE TABLE ${engineName(name)} (file_index UBIGINT, row_number BIGINT)`);
      const appender = await connection.createAppender(name);
      try {
        const types = [appender.columnType(0), appender.columnType(1)];
        for (const [indexes, rows] of chunksOf(vectors, positions))
          appender.appendDataChunk(chunkOf(types, indexes, rows));
        appender.flushSync();
      } finally {
        appender.closeSync();
      }
    });
  }

  async #readAll(vectors: readonly DeletedRows[]): Promise<readonly BigInt64Array[]> {
    const found = new Array<BigInt64Array>(vectors.length);
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < vectors.length) {
        const i = next++;
        found[i] = await this.#read(vectors[i] as DeletedRows);
      }
    };
    await Promise.all(Array.from({ length: READ_CONCURRENCY }, worker));
    return found;
  }

  async #read(rows: DeletedRows): Promise<BigInt64Array> {
    const known = this.#positions.get(rows.id);
    const positions = known ?? (await rows.positions());
    if (known !== undefined || this.#positions.has(rows.id)) this.#positions.delete(rows.id);
    else this.#positionsKept += positions.length;
    this.#positions.set(rows.id, positions);
    for (const [id, { length }] of this.#positions) {
      if (this.#positionsKept <= POSITIONS_KEPT) break;
      this.#positions.delete(id);
      this.#positionsKept -= length;
    }
    return positions;
  }

  async #dropUnused(): Promise<void> {
    const unused: DeletedTable[] = [];
    for (const table of this.#tables.values()) {
      if (this.#rowsLoaded <= ROWS_KEPT) break;
      if (table.readers > 0 || table.loaded === undefined) continue;
      table.loaded = undefined;
      this.#rowsLoaded -= table.rowCount;
      unused.push(table);
    }
    if (unused.length === 0 || this.connections.isClosed) return;
    await this.#inTurn(async (connection) => {
      for (const table of unused) {
        // Someone may have come to read it meanwhile, who makes it anew.
        if (table.loaded === undefined) await connection.run(`DROP TABLE IF EXISTS ${engineName(table.name)}`);
      }
    });
  }

  #inTurn(work: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
    const done = this.#queue.then(() => this.connections.use(work));
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #forgetBefore(name: string): void {
    for (const table of this.#tables.values()) {
      if (this.#vectorsKnown <= VECTORS_KNOWN || table.name === name) break;
      if (table.readers > 0 || table.loaded !== undefined) continue;
      this.#tables.delete(table.name);
      this.#vectorsKnown -= table.vectors.length;
    }
  }
}

/** The rows of all vectors in chunks of the engine's size. */
function* chunksOf(
  vectors: DeletedTable["vectors"],
  positions: readonly BigInt64Array[],
): Iterable<readonly [indexes: BigUint64Array, rows: BigInt64Array]> {
  const indexes = new BigUint64Array(CHUNK_ROWS);
  const rows = new BigInt64Array(CHUNK_ROWS);
  let filled = 0;
  for (const [i, { index }] of vectors.entries()) {
    const all = positions[i] as BigInt64Array;
    for (let start = 0; start < all.length; ) {
      const part = all.subarray(start, start + CHUNK_ROWS - filled);
      indexes.fill(BigInt(index), filled, filled + part.length);
      rows.set(part, filled);
      filled += part.length;
      start += part.length;
      if (filled < CHUNK_ROWS) continue;
      yield [indexes, rows];
      filled = 0;
    }
  }
  if (filled > 0) yield [indexes.subarray(0, filled), rows.subarray(0, filled)];
}

function chunkOf(types: readonly DuckDBType[], indexes: BigUint64Array, rows: BigInt64Array): DuckDBDataChunk {
  const chunk = DuckDBDataChunk.create(types, rows.length);
  integersOf(chunk.getColumnVector(0)).set(indexes);
  integersOf(chunk.getColumnVector(1)).set(rows);
  for (const column of [0, 1]) chunk.getColumnVector(column).flush();
  return chunk;
}
