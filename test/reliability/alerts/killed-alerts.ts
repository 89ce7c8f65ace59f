/**
 * R13: real runs that tell a real web server of their start and end, killed with -9 at random instants, the server busy now and then.
 * Afterwards, the killed runs resumed and what waits sent: each notification of each run has arrived, once or more.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunStore } from "../../../src/jobs/run/run-store.js";
import { DeliveryQueue } from "../../../src/notifications/delivery-queue.js";
import { type HttpReceiver, httpReceiver } from "../../notifications/receivers.js";
import { builtPackage, lakelet } from "../../support/built-package.js";
import { randomNumbers, type SuiteOptions, type SuiteResult } from "../suite.js";

const TELL = [{ id: "hook" }];
/** Ends without an engine, as fast as a run can: kills fall on its beginning and end more often than on its work. */
const JOB = {
  name: "told",
  max_concurrent_runs: 1000,
  webhook_notifications: { on_start: TELL, on_success: TELL, on_failure: TELL },
  tasks: [
    { task_key: "one", condition_task: { op: "EQUAL_TO", left: "a", right: "a" } },
    {
      task_key: "two",
      depends_on: [{ task_key: "one", outcome: "true" }],
      condition_task: { op: "EQUAL_TO", left: "a", right: "b" },
    },
  ],
};

/** More than a run of this job writes: some are not killed. */
const MOST_EVENTS = 14;
/** After the event, for what follows from it. */
const LONGEST_WAIT_MS = 1_000;

export async function run({ count, seed, log }: SuiteOptions): Promise<SuiteResult> {
  const random = randomNumbers(seed);
  const receiver = await httpReceiver();
  const folder = mkdtempSync(join(tmpdir(), "lakelet-alerts-"));
  try {
    mkdirSync(join(folder, "pipelines/told"), { recursive: true });
    writeFileSync(join(folder, "lakelet.yml"), `destinations: { hook: { type: webhook, url: "${receiver.url}" } }\n`);
    writeFileSync(join(folder, "pipelines/told/job.json"), JSON.stringify(JOB));
    for (let done = 0; done < count; done++) {
      if (random() < 0.3) receiver.answers.push({ status: 503 });
      await killedRun(folder, 1 + Math.floor(random() * MOST_EVENTS), random() ** 3 * LONGEST_WAIT_MS);
      if (done % 20 === 19) log?.(`${done + 1} of ${count}`);
    }
    receiver.answers.length = 0;
    return { count, ...(await settled(folder, receiver)) };
  } finally {
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Killed a moment after the run's log has so many events, wherever that is in its life; at the latest when it has ended by itself. */
async function killedRun(folder: string, events: number, waitMs: number): Promise<void> {
  const store = new RunStore(join(folder, ".lakelet"));
  const before = store.ids()[0];
  const child = spawn(process.execPath, [builtPackage().command, "run", "told"], { cwd: folder, stdio: "ignore" });
  const ended = exit(child);
  const written = () => {
    const id = store.ids()[0];
    return id === undefined || id === before ? 0 : store.events(id).length;
  };
  while (child.exitCode === null && written() < events) await pause(2);
  await Promise.race([ended, pause(waitMs)]);
  child.kill("SIGKILL");
  await ended;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function exit(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

async function settled(folder: string, receiver: HttpReceiver): Promise<Pick<SuiteResult, "anomalies" | "notes">> {
  const state = join(folder, ".lakelet");
  const store = new RunStore(state);
  const queue = new DeliveryQueue(state);
  const anomalies: string[] = [];
  const killed = store.ids().filter((id) => store.read(id).endedAt === undefined);
  for (const id of killed) {
    const resumed = await lakelet(folder, ["runs", "resume", id]);
    if (resumed.code !== 0) anomalies.push(`run ${id} was not resumed: ${resumed.stdout}${resumed.stderr}`);
  }
  const left = queue.list("pending").length;
  await lakelet(folder, ["notifications", "retry"]);
  const keys = receiver.posts.map(({ headers }) => String(headers["idempotency-key"]));
  const arrived = new Map<string, number>();
  for (const key of keys) arrived.set(key, (arrived.get(key) ?? 0) + 1);
  for (const id of store.ids()) {
    const ended = store.read(id);
    const told = ended.resultState === "SUCCESS" ? "on_success" : "on_failure";
    for (const event of ended.startedAt === undefined ? [told] : ["on_start", told]) {
      const found = [...arrived.keys()].filter((key) => key.startsWith(`${id}-${event}-`));
      if (found.length !== 1) anomalies.push(`run ${id}: ${found.length} notifications ${event} arrived`);
    }
  }
  if (queue.hasPending()) anomalies.push(`${queue.list("pending").length} notifications still wait`);
  const again = keys.length - arrived.size;
  return {
    anomalies,
    notes: [
      `${store.ids().length} runs, ${killed.length} of them killed before their end; ${left} messages were left in the queue`,
      `${arrived.size} notifications, ${again} requests beyond the first (the server's 503 among them)`,
    ],
  };
}
