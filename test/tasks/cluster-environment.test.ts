/** What an attempt gets of its cluster's spec: variables, secrets, threads. */
import { afterEach, expect, test } from "vitest";
import type { AttemptEvent, AttemptRequest, TaskHandler } from "../../src/jobs/run/attempt.js";
import { KnownSecrets } from "../../src/jobs/secrets/known-secrets.js";
import { RedactedListener } from "../../src/jobs/secrets/redacted-listener.js";
import { inClusterEnvironment } from "../../src/tasks/cluster-environment.js";
import { clusterLimits } from "../../src/workspace/attempt-session.js";

const request: AttemptRequest = {
  job: { id: "1", name: "job", runId: "1", startTime: 0 },
  task: { key: "t", type: "notebook_task", runId: "1", attempt: 0 },
  settings: {},
  taskValues: {},
  sparkConf: { "spark.some.key": "{{secrets/store/token}}" },
  environment: { LAKELET_TEST_STAGE: "prod", LAKELET_TEST_URL: "https://u:{{secrets/store/token}}@host" },
};
/** A secret that JSON escapes. */
const SECRET = 'hunter"2\\';

function handlerThat(run: TaskHandler["run"]): TaskHandler {
  return inClusterEnvironment({ type: "notebook_task", run });
}

afterEach(() => {
  delete process.env.STORE_TOKEN;
});

test("variables and secrets are there while the attempt runs, and the runner is told what to show nowhere", async () => {
  process.env.STORE_TOKEN = SECRET;
  const events: AttemptEvent[] = [];
  const seen: string[] = [];
  const handler = handlerThat(async ({ sparkConf }, emit) => {
    const { LAKELET_TEST_STAGE: stage = "", LAKELET_TEST_URL: url = "" } = process.env;
    seen.push(stage, url, sparkConf["spark.some.key"] ?? "");
    emit({ type: "value", key: "k", value: { nested: [`as ${url}`] } });
    return { state: "SUCCESS", exitValue: url };
  });
  const result = await handler.run(request, (event) => events.push(event));
  expect(seen).toEqual(["prod", `https://u:${SECRET}@host`, SECRET]);
  expect(process.env.LAKELET_TEST_STAGE).toBeUndefined();
  expect(events[0]).toEqual({ type: "secret", value: SECRET });
  const secrets = new KnownSecrets();
  const told: AttemptEvent[] = [];
  const listener = new RedactedListener(secrets, { started: () => undefined, event: (event) => told.push(event) });
  for (const event of events) listener.event(event);
  expect(listener.end(result)).toEqual({ state: "SUCCESS", exitValue: "https://u:[REDACTED]@host" });
  expect(told.filter(({ type }) => type !== "report")).toEqual([
    { type: "value", key: "k", value: { nested: ["as https://u:[REDACTED]@host"] } },
  ]);
});

test("a secret that is not there fails the attempt before it begins", async () => {
  const handler = handlerThat(async () => ({ state: "SUCCESS" }));
  const result = await handler.run(request, () => undefined);
  expect(result).toMatchObject({ state: "FAILED", failure: { condition: "SECRET_NOT_FOUND", retryable: false } });
});

test.each([
  [1, { threads: 2, memoryLimit: "1024MiB" }],
  [3, { threads: 4, memoryLimit: "2048MiB" }],
  [100, { threads: 8, memoryLimit: "4096MiB" }],
])("%i workers of a machine with 8 threads: %o", (workers, limits) => {
  expect(clusterLimits({ threads: 8, memoryLimit: "4096MiB" }, workers)).toEqual(limits);
});
