/** Connections to one in-memory database: each call at work has one of its own, so that calls run side by side. */
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { LakeletError } from "../errors/lakelet-error.js";

/** Connections kept open for the next call; a fresh one costs about a millisecond. */
const IDLE_LIMIT = 8;

export class ConnectionPool {
  readonly #idle: DuckDBConnection[] = [];
  readonly #busy = new Set<DuckDBConnection>();
  #closed = false;

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
    const connection = this.#idle.pop() ?? (await this.instance.connect());
    this.#busy.add(connection);
    return connection;
  }

  release(connection: DuckDBConnection): void {
    this.#busy.delete(connection);
    if (this.#closed || this.#idle.length >= IDLE_LIMIT) connection.closeSync();
    else this.#idle.push(connection);
  }

  /** Interrupts the statements that run now. */
  interrupt(): void {
    for (const connection of this.#busy) connection.interrupt();
  }

  /** Interrupts what runs and closes; a busy connection closes when its call ends. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.interrupt();
    for (const connection of this.#idle.splice(0)) connection.closeSync();
    this.instance.closeSync();
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
