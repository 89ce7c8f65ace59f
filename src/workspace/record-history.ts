/** The history of runs: each run is written to `system.lakeflow` when it has ended, by a process that is warm already. */
import { removeOldRuns } from "../history/retention.js";
import { isUnrecorded } from "../history/system-tables/record-marks.js";
import type { RunState } from "../jobs/run/run-state.js";
import { RunStore } from "../jobs/run/run-store.js";
import type { WorkerLease } from "../jobs/run/worker-pool.js";
import type { SessionOptions, SparkSession } from "../session/contract.js";
import type { Project } from "./project-defaults.js";
import type { RunAttachment } from "./run-attachment.js";

interface RecordRequest {
  readonly warehouse: string;
  readonly stateFolder: string;
  readonly runIds: readonly string[];
}

const RECORD = "record-runs";
const ANSWER_MS = 60_000;
/** How far back runs are looked at that nobody has recorded, because their runner was killed. */
const CAUGHT_UP = 200;

/** Records the run and what runs before it left unrecorded. What goes wrong is said; the run is what it was. */
export function historyAttachment(project: Project): RunAttachment {
  let ended: RunState | undefined;
  return {
    listener: {
      event: (_, state) => {
        ended = state;
      },
    },
    ended: async (workers) => {
      if (!ended) return;
      const request = requestOf(project, ended.created.runId);
      const lease = workers.leaseIdle();
      // The run that started this one records it, too.
      if (!lease && ended.created.trigger.parent) return;
      const error = lease ? await recordThere(lease, request) : await recordHere(request);
      removeOldRuns(new RunStore(project.state), project.keepRunsDays, Date.now());
      if (error !== undefined) {
        process.stderr.write(`The run was not written to system.lakeflow: ${error} The next run tries again.\n`);
      }
    },
    close: () => Promise.resolve(),
  };
}

/** What a task left running may keep its process from ever answering: that process is given up. */
async function recordThere(lease: WorkerLease, request: RecordRequest): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("The process that was to do it did not answer."), ANSWER_MS);
  });
  const error = await Promise.race([lease.worker.call(RECORD, request), late]);
  clearTimeout(timer);
  lease.release(error === undefined ? "keep" : "discard");
  return error;
}

function requestOf({ warehouse, state }: Project, runId: string): RecordRequest {
  const store = new RunStore(state);
  const others = store
    .ids()
    .slice(0, CAUGHT_UP)
    .filter((id) => id !== runId && isUnrecorded(store.folderOf(id)));
  return { warehouse, stateFolder: state, runIds: [...others.reverse(), runId] };
}

/** Where no process is warm, because the run was canceled or its last task failed: this one does it. */
async function recordHere(request: RecordRequest): Promise<string | undefined> {
  try {
    const { createLocalSession } = await import("../session/local-session.js");
    await recordIn(RECORD, request, createLocalSession);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What a worker does when it is called. */
export async function recordIn(
  name: string,
  argument: unknown,
  openSession: (options: SessionOptions) => Promise<SparkSession>,
): Promise<void> {
  if (name !== RECORD) throw new Error(`nothing is called ${name}`);
  const { warehouse, stateFolder, runIds } = argument as RecordRequest;
  const { recordRuns } = await import("../history/system-tables/record-runs.js");
  const session = await openSession({ warehouse, threads: 1, writesSystemTables: true });
  try {
    await recordRuns({ session, warehouse, stateFolder, store: new RunStore(stateFolder) }, runIds);
  } finally {
    await session.stop();
  }
}
