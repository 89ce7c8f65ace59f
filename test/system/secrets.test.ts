/** Canaries over the built command: whatever tasks do with secrets, none is in what is written, printed, or sent. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { httpReceiver } from "../notifications/receivers.js";
import { lakelet } from "../support/built-package.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const CANARIES = {
  // Read by dbutils.secrets: their names say nothing.
  STORE_ONE: 'canary"one\\näé/+=?',
  STORE_CLUSTER: "canary-cluster-2222",
  STORE_CONF: "canary-conf-33333",
  STORE_DIGITS: "90210901",
  // Secret by their names.
  DB_PASSWORD: "canary-db-4444444",
  SIGNING_KEY: "-----BEGIN-----\ncanaryLine1canaryLine1\ncanaryLine2canaryLine2\n",
  DATABASE_URL: "postgres://etl:canaryUrl55555@db.example.com/sales",
  // Of lakelet.yml alone.
  HOOK: "canaryHook666666",
};
const LITERAL = "canaryLiteral7777";
/** Secret by its name in the cluster's own variables. */
const OF_CLUSTER = "canaryOfCluster8888";

const NOTEBOOK = `import { dbutils, spark, display, displayHTML } from "lakelet/notebook";
const one = dbutils.secrets.get("store", "one");
const digits = dbutils.secrets.get({ scope: "store", key: "digits" });
const env = process.env;
const all = [one, env.LAKELET_TEST_CLUSTER, spark.conf.get("spark.my.conf"), env.DB_PASSWORD, env.SIGNING_KEY,
  env.DATABASE_URL, env.HOOK, "${LITERAL}".slice(0), env.CLUSTER_TOKEN, digits];
for (const each of all) {
  console.log("as", each, { in: each }, JSON.stringify(each), encodeURIComponent(each));
  console.error(Buffer.from(each).toString("base64"), Buffer.from("user:" + each).toString("base64"));
  process.stdout.write(each.slice(0, 5));
  process.stdout.write(each.slice(5) + "\\n");
}
displayHTML("<b>" + env.DB_PASSWORD + "</b>");
display(spark.createDataFrame([{ text: one, [env.DB_PASSWORD ?? ""]: Number(digits) }]));
dbutils.jobs.taskValues.set("token", { deep: [one, env.DB_PASSWORD], count: 3 });
dbutils.jobs.taskValues.set("plain", one);
dbutils.notebook.exit("done with " + all.join(" "));
`;
const FAILING = `import { dbutils } from "lakelet/notebook";
const one = dbutils.secrets.get("store", "one");
throw new Error("cannot open " + one + " with " + process.env.DB_PASSWORD);
`;
const DYING = `import "lakelet/notebook";
import { writeSync } from "node:fs";
writeSync(2, "dying of " + process.env.DB_PASSWORD + "\\n");
process.exit(3);
`;
const cluster = {
  num_workers: 1,
  spark_conf: { "spark.my.conf": "{{secrets/store/conf}}" },
  spark_env_vars: { LAKELET_TEST_CLUSTER: "{{secrets/store/cluster}}", CLUSTER_TOKEN: OF_CLUSTER },
};
const notebook = (key: string, more: object = {}) => ({
  task_key: key,
  notebook_task: { notebook_path: `./${key}.ts`, ...more },
  job_cluster_key: "main",
  max_retries: 0,
});
const tell = [{ id: "hook" }];
const JOB = {
  name: "canaries",
  parameters: [{ name: "given", default: "" }],
  email_notifications: { on_failure: ["a@example.com"] },
  webhook_notifications: { on_failure: tell, on_start: tell },
  job_clusters: [{ job_cluster_key: "main", new_cluster: cluster }],
  tasks: [
    notebook("prints", { base_parameters: { token: "{{job.parameters.given}}" } }),
    { ...notebook("fails"), depends_on: [{ task_key: "prints" }] },
    { ...notebook("dies"), depends_on: [{ task_key: "prints" }] },
    {
      task_key: "asks",
      depends_on: [{ task_key: "prints" }],
      condition_task: { op: "EQUAL_TO", left: "{{tasks.prints.values.plain}}", right: "{{job.parameters.given}}" },
    },
  ],
};

/** As it is, and as JSON, URLs, forms and base64 write it. */
function formsOf(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((before) => {
    const bytes = Buffer.from(" ".repeat(before) + secret);
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString("base64");
    return before === 0 ? whole : whole.slice(4);
  });
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), ...base64];
}

const SECRETS = [
  ...Object.entries(CANARIES).flatMap(([name, value]) => (name === "DATABASE_URL" ? "canaryUrl55555" : [value])),
  "canaryLine1canaryLine1",
];
/** The spec says it, and the spec is kept with the run. */
const IN_SPEC = ["/events.ndjson", "json"];

/** Where a secret is found, each by its name and its forms. */
function leaks(name: string, text: string, secrets: readonly string[]): readonly string[] {
  const all = IN_SPEC.some((one) => name.endsWith(one)) ? secrets : [...secrets, OF_CLUSTER];
  return all.flatMap((secret) => formsOf(secret).flatMap((form) => (text.includes(form) ? [`${name}: ${form}`] : [])));
}

test("no secret that a run knows is on the disk, on the screen, or in a message", async () => {
  const hook = await httpReceiver();
  const folder = temporaryFolder();
  mkdirSync(join(folder, "pipelines/canaries"), { recursive: true });
  const at = (name: string) => join(folder, "pipelines/canaries", name);
  writeFileSync(
    join(folder, "lakelet.yml"),
    `destinations:\n  hook: { type: webhook, url: "${hook.url}/x", headers: { X-Key: "\${env.HOOK}", X-Other: ${LITERAL} } }\n`,
  );
  writeFileSync(at("job.json"), JSON.stringify(JOB));
  writeFileSync(at("prints.ts"), NOTEBOOK);
  writeFileSync(at("fails.ts"), FAILING);
  writeFileSync(at("dies.ts"), DYING);
  const run = await lakelet(folder, ["run", "canaries", "--param", `given=${CANARIES.DB_PASSWORD}`], CANARIES);
  const [shown, json] = await Promise.all([
    lakelet(folder, ["runs", "show", "--output"], CANARIES),
    lakelet(folder, ["runs", "show", "--json"], CANARIES),
  ]);
  await hook.close();

  // It all happened.
  expect(run.stdout + run.stderr).toContain("cannot open [REDACTED] with [REDACTED]");
  expect(shown.stdout).toContain("dying of [REDACTED]");
  expect(shown.stdout).toContain("The task value `token` holds a secret");
  expect(shown.stdout).toContain("as [REDACTED]");
  expect(hook.posts.length).toBeGreaterThan(1);
  const task = (JSON.parse(json.stdout) as { tasks: readonly { task_key: string; state: object }[] }).tasks;
  expect(task.map(({ task_key, state }) => [task_key, state])).toMatchObject([
    ["prints", { result_state: "SUCCESS" }],
    ["fails", { result_state: "FAILED" }],
    ["dies", { result_state: "FAILED" }],
    ["asks", { result_state: "SUCCESS" }],
  ]);

  // The literal stands in lakelet.yml and in a notebook: only what is written counts.
  const written = [".lakelet", "data", "lake", "spark-warehouse"].flatMap((name) => filesBelow(join(folder, name)));
  expect(written.some((path) => path.includes("job_task_run_timeline"))).toBe(true);
  const found = [
    ...written.flatMap((path) => leaks(path.slice(folder.length), readFileSync(path, "latin1"), asLatin1)),
    ...Object.entries({ run, shown, json }).flatMap(([name, { stdout, stderr }]) =>
      leaks(name, stdout + stderr, [...SECRETS, LITERAL]),
    ),
    ...leaks("hook", JSON.stringify(hook.posts.map(({ body }) => body)), [...SECRETS, LITERAL]),
  ];
  expect(found).toEqual([]);
});

const asLatin1 = [...SECRETS, LITERAL].map((one) => Buffer.from(one).toString("latin1"));

function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile());
  } catch {
    return [];
  }
}
