import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { EventRow } from "../../../src/pipeline/event-log/event-row.js";
import type { LoadedPipeline } from "../../../src/workspace/pipelines/load-pipeline.js";
import { alertsOf, EVERYTHING, runPipeline } from "../../../src/workspace/pipelines/run-pipeline.js";
import type { Project } from "../../../src/workspace/project.js";
import { useSession } from "../../support/session.js";

const lake = useSession();

afterEach(() => {
  delete process.env.VAULT_TOKEN;
});

test("secrets of the configuration are the sources' to read, and nobody's to see; mails tell of the update and of flows that failed", async () => {
  process.env.VAULT_TOKEN = "hunter2-and-more";
  const file = join(lake.folder, "p.sql");
  writeFileSync(
    file,
    `CREATE MATERIALIZED VIEW length AS SELECT length('\${token}') AS n;
CREATE MATERIALIZED VIEW strict (CONSTRAINT other EXPECT (x <> 'hunter2-and-more') ON VIOLATION FAIL UPDATE) AS SELECT '\${token}' AS x;`,
  );
  const project = {
    root: lake.folder,
    warehouse: join(lake.folder, "lake"),
    state: join(lake.folder, "state"),
    notifications: { smtp: undefined, destinations: {} },
  } as unknown as Project;
  const pipeline: LoadedPipeline = {
    reference: "p",
    file,
    settings: {
      ...{ id: "p", name: "Orders", catalog: "main", schema: "secret", development: true, continuous: false },
      configuration: { token: "{{secrets/vault/token}}" },
      eventLog: { catalog: "main", schema: "secret", name: "event_log_p" },
    },
    sources: [file],
    spec: {
      notifications: [
        { alerts: ["on-update-failure", "on-update-fatal-failure"], email_recipients: ["ops@example.com"] },
        { alerts: ["on-flow-failure"], email_recipients: ["dev@example.com"] },
        { alerts: ["on-update-success"], email_recipients: ["happy@example.com"] },
      ],
    },
    target: undefined,
    notices: [],
  };
  const rows: EventRow[] = [];
  const secrets: string[] = [];
  const { state, error } = await runPipeline({
    ...{ home: project, pipeline, selection: EVERYTHING, dryRun: false, cause: "USER_ACTION", session: lake.spark },
    onEvent: (_, more) => rows.push(...more),
    onSecret: (secret) => secrets.push(secret),
    ...(await alertsOf(project, pipeline)),
  });
  expect([state, secrets]).toEqual(["FAILED", ["hunter2-and-more"]]);
  expect((await lake.spark.execute("SELECT n FROM secret.length")).rows).toEqual([[16]]);
  const mails = readdirSync(join(project.state, "outbox")).map((name) =>
    readFileSync(join(project.state, "outbox", name), "utf8"),
  );
  const heads = mails.map((mail) => [/^To: (.*)/m.exec(mail)?.[1]?.trim(), /^Subject: (.*)/m.exec(mail)?.[1]?.trim()]);
  expect(heads.sort()).toEqual([
    ["dev@example.com", "[lakelet] Orders: the flow strict failed"],
    ["ops@example.com", "[lakelet] Orders: the update failed"],
  ]);
  for (const shown of [...mails, JSON.stringify(rows), String(error)]) {
    expect(shown).toContain("EXPECTATION_VIOLATION");
    expect(shown).not.toContain("hunter2");
  }
});
