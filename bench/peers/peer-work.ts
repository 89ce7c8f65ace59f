/** What the peers are given of a benchmark: the same work on a copy of the same table. */
export const PEER_NAMES = ["delta-rs", "Spark", "Polars"] as const;
export type PeerName = (typeof PEER_NAMES)[number];

export type MergeKind = "single-insert-only" | "multiple-insert-only" | "delete-only" | "upsert";

/** As the peers' process takes it, but for the table's location. */
export interface PeerWork {
  readonly do: "merge" | "optimize" | "vacuum" | "insert";
  /** For Spark; `{table}` stands for the table. */
  readonly sql?: string;
  /** One Parquet file. */
  readonly source?: string;
  readonly keys?: readonly string[];
  readonly kind?: MergeKind;
  readonly partitionBy?: readonly string[];
  /** Polars: its streaming engine, not the one in memory. delta-rs: the source as a stream. */
  readonly streamed?: boolean;
  /** delta-rs: what it may keep in memory before it spills. */
  readonly limitMegabytes?: number;
  /** Commits, from which number on, and of which writer. */
  readonly count?: number;
  readonly first?: number;
  readonly writer?: number;
}

/** B14: a phase of delta-rs and Polars, or statements of Spark, or a command of dbt. */
export interface PipelinePeerWork {
  readonly do: "pipeline";
  readonly phase?: string;
  readonly files?: readonly string[];
  readonly day?: string;
  readonly statements?: readonly string[];
  readonly command?: readonly string[];
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly args?: Readonly<Record<string, string>>;
  readonly phases?: boolean;
}

export interface PeerTask {
  readonly peers: readonly PeerName[];
  /** Where a benchmark has more than one task: what tells it from the others. */
  readonly label?: string;
  /** Folder of the table, of which each round has a copy. */
  readonly template: string;
  readonly work: PeerWork;
  /** Relation of the rows that the result must have, where they are not the benchmark's own. */
  readonly expected?: string;
  /** What else a round needs, and what the result must be besides its rows. */
  prepare?(location: string): Promise<void>;
  check?(location: string): Promise<void>;
}

/** MERGE as the session and Spark say it. */
export function mergeSql(table: string, source: string, condition: string, clauses: string): string {
  return `MERGE INTO ${table} t USING parquet.\`${source}\` s ON ${condition} ${clauses}`;
}

/** MERGE for the peers. */
export function mergeWork(
  source: string,
  keys: readonly string[],
  kind: MergeKind,
  partitionBy: readonly string[] = [],
): PeerWork {
  const condition = keys.map((key) => `t.${key} = s.${key}`).join(" AND ");
  const sql = mergeSql("{table}", source, condition, MERGE_CLAUSES[kind]);
  return { do: "merge", source, keys, kind, partitionBy, sql };
}

/** The clauses in Spark's words; the source is `s`, the table `t`. */
export const MERGE_CLAUSES: Readonly<Record<MergeKind, string>> = {
  "single-insert-only": "WHEN NOT MATCHED THEN INSERT *",
  "multiple-insert-only": "WHEN NOT MATCHED AND s.customer_id % 2 = 0 THEN INSERT * WHEN NOT MATCHED THEN INSERT *",
  "delete-only": "WHEN MATCHED THEN DELETE",
  upsert: "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
};
