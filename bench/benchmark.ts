/** What a benchmark is: the same work done by lakelet and by bare DuckDB, and the bar that their ratio is held to. */
import type { LocalSession } from "../src/session/local-session.js";
import type { BareDuckDB } from "./bare-duckdb.js";
import type { OrdersData } from "./orders-data.js";
import type { PeerTask } from "./peers/peer-work.js";

/** lakelet's time may be `ratio` times the limit's, and so many milliseconds. */
export interface Bar {
  readonly ratio: number;
  readonly milliseconds: number;
}

/** Where the two sides find their input and put their output. */
export interface Workplace {
  readonly data: OrdersData;
  /** Of this run; emptied at its end. */
  readonly folder: string;
  /** Managed tables. */
  readonly warehouse: string;
}

export interface Side {
  /** Not timed: what has to be there before the work, as if it had never been done. */
  reset(): Promise<void>;
  run(): Promise<void>;
}

export interface LakeletSide extends Side {
  /** As Spark names the table with the result. */
  readonly table: string;
  /** Its folder. */
  readonly location: string;
}

export interface BareSide extends Side {
  /** DuckDB's relation of the rows that the result must have. */
  expected(): string;
}

export interface Benchmark {
  readonly id: string;
  readonly title: string;
  readonly bar: Bar;
  /** Columns of the result, as DuckDB names them. */
  readonly columns: readonly string[];
  /** Those of them that can be summed up exactly. */
  readonly sums: readonly string[];
  /** One of many: it is run only where its id, or the part of it before the hyphen, is asked for. */
  readonly onlyWhereAsked?: boolean;
  /** Once: tables that the work starts from. */
  prepare?(place: Workplace, spark: LocalSession): Promise<void>;
  lakelet(place: Workplace, spark: LocalSession): LakeletSide;
  bare(place: Workplace, duckdb: BareDuckDB): BareSide;
  /** The same for the peers, where they can do it; after `prepare`. */
  peers?(place: Workplace): readonly PeerTask[];
}
