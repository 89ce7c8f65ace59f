/** Connections to one in-memory database: each call at work has one of its own, so that calls run side by side. */
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { LakeletError } from "../errors/lakelet-error.js";

/** Connections kept open for the next call; a fresh one costs about a millisecond. */
const IDLE_LIMIT = 8;

export class ConnectionPool {
  readonly #idle: DuckDBConnection[] = [];
  readonly #busy = new Set<DuckDBConnection>();
  /** Connections that are being opened. */
  #opening = 0;
  #closed = false;
  #interruptions = 0;

  constructor(private readonly instance: DuckDBInstance) {}

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Lends a connection to `work` for as long as it runs. */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.acquire();
    try {
      return await work(connection);
    } finally {
      this.release(connection);
    }
  }

  async acquire(): Promise<DuckDBConnection> {
    if (this.#closed) throw closedError();
    const connection = this.#idle.pop() ?? (await this.#open());
    this.#busy.add(connection);
    return connection;
  }

  async #open(): Promise<DuckDBConnection> {
    this.#opening++;
    try {
      return await this.instance.connect();
    } finally {
      this.#opening--;
    }
  }

  release(connection: DuckDBConnection): void {
    this.#busy.delete(connection);
    if (this.#closed || this.#idle.length >= IDLE_LIMIT) connection.closeSync();
    else this.#idle.push(connection);
  }

  /** Interrupts the statements that run now. */
  interrupt(): void {
    this.#interruptions++;
    for (const connection of this.#busy) connection.interrupt();
  }

  /** How often all that runs was interrupted. */
  get interruptions(): number {
    return this.#interruptions;
  }

  /** Interrupts what runs and closes; a busy connection closes when its call ends. */
  close(): void {
    if (this.#closed) return;
    this.#end();
    this.instance.closeSync();
  }

  /**
   * Closes this pool and gives another one on the same database, with connections of its own: no temporary table, setting or seed of a
   * connection passes over. Undefined, and nothing is closed, where a call is at work or the pool is closed.
   */
  succeed(): ConnectionPool | undefined {
    if (this.#closed || this.#busy.size > 0 || this.#opening > 0) return undefined;
    this.#end();
    return new ConnectionPool(this.instance);
  }

  #end(): void {
    this.#closed = true;
    this.interrupt();
    for (const connection of this.#idle.splice(0)) connection.closeSync();
  }
}

function closedError(): LakeletError {
  return new LakeletError({
    condition: "ENGINE_CLOSED",
    sqlState: "08003",
    problem: "The engine of this session is closed.",
    cure: "Make a new session.",
  });
}
