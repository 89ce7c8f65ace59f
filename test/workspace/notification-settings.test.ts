/** smtp and destinations in lakelet.yml: strict, each mistake with its line; the environment is asked only when something is sent. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { resolveDestinations } from "../../src/notifications/destinations.js";
import { openProject } from "../../src/workspace/project.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const open = (...lines: readonly string[]) => openProject(temporaryFolder({ "lakelet.yml": lines.join("\n") }));

test.each<[lines: readonly string[], message: string]>([
  [["smtp: { host: x }"], "Unknown key `host` in `smtp`"],
  [
    ["smtp:", "  url: http://x"],
    "lakelet.yml:2:8: [INVALID_PROJECT_FILE] `smtp.url`: must be a URL that begins with smtp:// or smtps://",
  ],
  [
    ["destinations:", "  a: { type: slak, url: x }"],
    "lakelet.yml:2:14: [INVALID_PROJECT_FILE] `destinations.a.type` must be one of slack, teams",
  ],
  [["destinations:", "  a:", "    type: slack", "    uri: https://x"], "Unknown key `uri`. Did you mean `url`?"],
  [["destinations:", "  a: { type: pagerduty }"], "`integration_key` is missing"],
  [["destinations:", "  a: { type: webhook, url: 'ftp://x' }"], "must be a URL that begins with https:// or http://"],
  [["destinations:", "  a: { type: email, addresses: [] }"], "`addresses` must have at least 1 entries"],
])("%j is refused with its line", (lines, message) => {
  expect(() => open(...lines)).toThrow(message);
});

test("the example of docs/alerts.md is right, and all of it is known", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/alerts.md"), "utf8");
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const { notifications } = open(example);
  const names = [...example.matchAll(/\$\{env\.(\w+)\}/g)].flatMap(([, name]) => name ?? []);
  const { problems, byId, mailServer } = resolveDestinations(
    notifications,
    Object.fromEntries(names.map((name) => [name, `https://example.com/${name}`])),
  );
  expect(problems).toEqual([]);
  expect([...byId.values()].map((one) => one.type)).toEqual(["slack", "teams", "pagerduty", "webhook", "email"]);
  expect(mailServer?.user).toBe("etl");
});

test("a variable that is not set keeps nothing from running: its destination is not there, and why is known", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the file's own syntax
  const url = "https://hooks.slack.com/${env.SLACK_TOKEN_FOR_TEST}";
  const { notifications } = open(
    "smtp: { url: 'smtps://etl:p%40ss@mail.x.y', from: etl@x.y }",
    "destinations:",
    `  a: { type: slack, url: "${url}" }`,
  );
  const without = resolveDestinations(notifications, {});
  expect([...without.byId.keys()]).toEqual([]);
  expect(without.problems).toEqual([
    {
      path: ["destinations", "a", "url"],
      message: "`destinations.a.url`: the environment variable SLACK_TOKEN_FOR_TEST is not set.",
    },
  ]);
  expect(without.mailServer).toMatchObject({ user: "etl", password: "p@ss", from: "etl@x.y" });
  const resolved = resolveDestinations(notifications, { SLACK_TOKEN_FOR_TEST: "T/B/secret" });
  expect(resolved.byId.get("a")).toEqual({ type: "slack", url: "https://hooks.slack.com/T/B/secret" });
  expect(resolved.redact("POST /T/B/secret p@ss")).toBe("POST [REDACTED] [REDACTED]");
});
