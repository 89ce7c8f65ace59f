/**
 * The program whose system calls fail or kill it: one session at a time, told by JSON lines what to do, answering with JSON lines.
 * `{"open": <warehouse>}`, then `{"sql": [...]}` or `{"jobState": <folder>}`; `{"acknowledge": true}` tells of each statement that is done.
 * Plain JavaScript on a built package: what it loads is what users run, and nothing is compiled under the trace.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const dist = join(process.argv[2], "dist");
const load = (path) => import(pathToFileURL(join(dist, path)).href);
const { createLocalSession } = await load("index.js");
const { RunStore } = await load("jobs/run/run-store.js");
const { thisProcess } = await load("jobs/run/process-identity.js");

let session;

const answer = (body) => writeSync(1, `${JSON.stringify(body)}\n`);

async function open(warehouse) {
  await session?.stop();
  session = await createLocalSession({ warehouse, threads: 1 });
  await session.execute("SELECT 1");
}

async function runStatements(statements, acknowledge) {
  for (const [index, sql] of statements.entries()) {
    await session.execute(sql);
    if (acknowledge) answer({ acknowledged: index });
  }
}

function writeJobState(folder) {
  const { created, log } = new RunStore(folder).create((runId) => ({
    type: "run-created",
    at: 1,
    runId,
    job: { id: "1", name: "job", maxConcurrentRuns: 1 },
    jobReference: "job",
    specFile: "job.yml",
    trigger: "ONE_TIME",
    parameters: {},
    overrides: {},
    timeoutMs: undefined,
    tasks: [],
    runner: thisProcess(),
  }));
  for (const event of [
    { type: "run-started", at: 2 },
    { type: "run-ended", at: 3, resultState: "SUCCESS", message: "" },
  ]) {
    log.append(event);
  }
  log.close();
  return created.runId;
}

/** A statement's error is wrapped in one that tells which statement it was. */
function errorBody(thrown) {
  const error = thrown?.name === "StatementError" ? thrown.cause : thrown;
  const { name, message, condition, stack } = error instanceof Error ? error : new Error(String(error));
  return { error: { name, message, condition, stack } };
}

async function perform(request) {
  if (request.open !== undefined) return open(request.open);
  if (request.jobState !== undefined) return writeJobState(request.jobState);
  return runStatements(request.sql, request.acknowledge === true);
}

answer({ started: process.pid });
for await (const line of createInterface({ input: process.stdin })) {
  try {
    answer({ done: (await perform(JSON.parse(line))) ?? true });
  } catch (error) {
    answer(errorBody(error));
  }
}
