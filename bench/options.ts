/** What `npm run bench` can be told. */
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

export interface BenchOptions {
  readonly rows: number;
  readonly rounds: number;
  /** Ids of benchmarks; all of them where empty. */
  readonly only: readonly string[];
  readonly threads: number;
  /** DuckDB's text. */
  readonly memoryLimit: string;
  /** B13: MB of the engine, a tenth of the table. */
  readonly mergeMemory: number;
  /** Keeps the input between runs; the output of a run is removed. */
  readonly folder: string;
  /** File for the figures. */
  readonly json: string | undefined;
  /** Peak memory is measured in processes of their own, which doubles the time of a short run. */
  readonly memory: boolean;
  /** delta-rs, Spark and Polars do the same work in the same rounds, where they can; installed where they are missing. */
  readonly peers: boolean;
}

export const DEFAULTS: BenchOptions = {
  rows: 2_000_000,
  rounds: 7,
  only: [],
  threads: availableParallelism(),
  memoryLimit: "4GB",
  mergeMemory: 256,
  folder: join(tmpdir(), "lakelet-bench"),
  json: undefined,
  memory: true,
  peers: false,
};

/** A round with the peers takes many times as long. */
const PEER_ROUNDS = 3;

export const USAGE = `npm run bench -- [options]
  --rows <n>        orders in the generated set (${DEFAULTS.rows})
  --rounds <n>      rounds of each benchmark (${DEFAULTS.rounds})
  --only <ids>      e.g. B1,B3
  --threads <n>     of each engine (${DEFAULTS.threads})
  --memory <limit>  of each engine (${DEFAULTS.memoryLimit})
  --merge-memory <MB>  of the engine in B13, whose table is ten times as large (${DEFAULTS.mergeMemory})
  --folder <dir>    for the input, which is kept, and the output (${DEFAULTS.folder})
  --json <file>     write the figures there
  --peers           delta-rs, Spark and Polars beside them (${PEER_ROUNDS} rounds, no peak memory)
  --no-peak         do not measure peak memory
`;

export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: "string" },
      rounds: { type: "string" },
      only: { type: "string" },
      threads: { type: "string" },
      memory: { type: "string" },
      "merge-memory": { type: "string" },
      folder: { type: "string" },
      json: { type: "string" },
      "no-peak": { type: "boolean" },
      peers: { type: "boolean" },
    },
  });
  const peers = values.peers === true;
  return {
    rows: count(values.rows, DEFAULTS.rows),
    rounds: count(values.rounds, peers ? PEER_ROUNDS : DEFAULTS.rounds),
    only: values.only?.split(",") ?? DEFAULTS.only,
    threads: count(values.threads, DEFAULTS.threads),
    memoryLimit: values.memory ?? DEFAULTS.memoryLimit,
    mergeMemory: count(values["merge-memory"], DEFAULTS.mergeMemory),
    folder: values.folder ?? DEFAULTS.folder,
    json: values.json,
    memory: values["no-peak"] !== true && !peers,
    peers,
  };
}

function count(text: string | undefined, fallback: number): number {
  const number = text === undefined ? fallback : Number(text.replaceAll("_", ""));
  if (!Number.isInteger(number) || number < 1) throw new Error(`"${text}" is no positive whole number.\n\n${USAGE}`);
  return number;
}
