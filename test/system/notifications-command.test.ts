/** A run at the command line tells people through a real mail server and a real web server, and nothing is lost when those are away. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type HttpReceiver, httpReceiver, type MailReceiver, mailReceiver } from "../notifications/receivers.js";
import { lakelet } from "../support/built-package.js";
import { temporaryFolder } from "../support/temporary-folder.js";

let http: HttpReceiver;
let mail: MailReceiver;

beforeAll(async () => {
  http = await httpReceiver();
  mail = await mailReceiver();
});
afterAll(() => Promise.all([http.close(), mail.close()]));

const JOB = {
  name: "daily",
  email_notifications: { on_start: ["ops@x.com"], on_success: ["ops@x.com"], on_failure: ["data@x.com", "call@x.com"] },
  webhook_notifications: { on_failure: [{ id: "slack-alerts" }] },
  // Not a number: it fails, and needs no engine to do so.
  tasks: [{ task_key: "check", condition_task: { op: "GREATER_THAN", left: "many", right: "5" } }],
};

test("mail and Slack of a failed run; a server that is away does not matter to it, and the message arrives later", async () => {
  const folder = temporaryFolder({
    "lakelet.yml": [
      `smtp: { url: "${mail.url}", from: etl@x.com }`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the file's own syntax
      'destinations: { slack-alerts: { type: slack, url: "${env.SLACK_URL}" } }',
    ].join("\n"),
    "pipelines/daily/job.json": JSON.stringify(JOB),
  });
  const env = { SLACK_URL: `${http.url}/services/T000/B000/secretSecretSecret` };
  http.answers.push(...Array(20).fill({ status: 503 }));
  const run = await lakelet(folder, ["run", "daily"], env);
  expect(run.code).toBe(1);
  expect(run.stdout).toContain("Told     2 notifications: mail to ops@x.com; mail to data@x.com, call@x.com");
  expect(run.stdout).toMatch(/Waiting {2}1 notification: .*npx lakelet notifications retry/);
  expect(mail.mails.map((one) => [one.subject, one.to])).toEqual([
    ["[lakelet] daily started", ["ops@x.com"]],
    ["[lakelet] daily failed", ["data@x.com", "call@x.com"]],
  ]);
  expect(mail.mails[1]?.text).toMatch(/npx lakelet repair \d+ --all-failed/);

  http.answers.length = 0;
  const retried = await lakelet(folder, ["notifications", "retry"], env);
  expect(retried.code).toBe(0);
  expect(retried.stdout).toMatch(/delivered {2}daily failed {2}-> destination slack-alerts/);
  expect(http.posts.length).toBeGreaterThan(1);
  expect(new Set(http.posts.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);

  const listed = await lakelet(folder, ["notifications", "list", "--json"], env);
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { status: "delivered", event: "on_start", to: ["ops@x.com"] },
    { status: "delivered", event: "on_failure", to: ["data@x.com", "call@x.com"] },
    { status: "delivered", event: "on_failure", destination: "slack-alerts" },
  ]);
  for (const { stdout, stderr } of [run, retried, listed]) expect(stdout + stderr).not.toContain("secretSecret");
});

test("notifications test says whether a destination can be reached; an unknown one is refused with the nearest", async () => {
  const folder = temporaryFolder({ "lakelet.yml": `destinations: { team: { type: teams, url: "${http.url}" } }` });
  http.answers.push({ status: 404, body: "no such flow" });
  const refused = await lakelet(folder, ["notifications", "test", "team"]);
  expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining("HTTP 404: no such flow")]);
  const unknown = await lakelet(folder, ["notifications", "test", "taem"]);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("Did you mean `team`?")]);
});
