/** The peers as sides of a benchmark's rounds, and the check that their rows are right. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { LocalSession } from "../../src/session/local-session.js";
import type { BareDuckDB } from "../bare-duckdb.js";
import type { Benchmark, Workplace } from "../benchmark.js";
import { copyTable } from "../delta-files.js";
import { checkRead } from "../equality.js";
import type { PeerSide } from "../rounds.js";
import { PeerProcess, type PeerSettings } from "./peer-process.js";
import { PEER_NAMES, type PeerName, type PeerTask } from "./peer-work.js";

/** The processes that have been started, one for all benchmarks of a run. */
export class Peers {
  private readonly started = new Map<PeerName, PeerProcess>();

  constructor(private readonly settings: PeerSettings) {}

  of(name: PeerName): PeerProcess {
    let one = this.started.get(name);
    if (!one) {
      one = PeerProcess.start(name, { ...this.settings, folder: join(this.settings.folder, `peer-${name}`) });
      this.started.set(name, one);
    }
    return one;
  }

  async close(): Promise<void> {
    await Promise.all([...this.started.values()].map((one) => one.close()));
  }
}

export function peerSides(benchmark: Benchmark, place: Workplace, peers: Peers): readonly CheckedPeerSide[] {
  const tasks = benchmark.peers?.(place) ?? [];
  return PEER_NAMES.flatMap((name) =>
    tasks.filter((task) => task.peers.includes(name)).map((task) => sideOf(name, task, benchmark, place, peers)),
  );
}

export interface CheckedPeerSide extends PeerSide {
  check(expected: string, spark: LocalSession, duckdb: BareDuckDB): Promise<void>;
}

function sideOf(name: PeerName, task: PeerTask, benchmark: Benchmark, place: Workplace, peers: Peers): CheckedPeerSide {
  const title = task.label === undefined ? name : `${name}, ${task.label}`;
  let round = 0;
  const location = () => join(place.folder, `peer-${benchmark.id}-${title.replaceAll(/\W+/g, "-")}-${round}`);
  return {
    name,
    label: task.label,
    reset: async () => {
      await rm(location(), { recursive: true, force: true });
      round++;
      await copyTable(task.template, location());
      await task.prepare?.(location());
    },
    run: () => peers.of(name).run(task.work, location()),
    check: async (expected, spark, duckdb) => {
      await checkRead(benchmark, title, location(), task.expected ?? expected, spark, duckdb);
      await task.check?.(location());
    },
  };
}
