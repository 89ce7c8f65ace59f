import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readCron } from "../../src/jobs/quartz/cron.js";
import { openProject } from "../../src/workspace/project.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const page = readFileSync(join(import.meta.dirname, "../../docs/triggers.md"), "utf8");

it("every Quartz expression of the page can be read", () => {
  const expressions = [...page.matchAll(/`((?:[\d*/,?-]+ ){2}[^`|]+)`/g)].map(([, text]) => text ?? "");
  expect(expressions.length).toBeGreaterThanOrEqual(8);
  expect(expressions.filter((text) => readCron(text).kind === "invalid")).toEqual([]);
});

it("the settings of the page are those of lakelet.yml, and its defaults", () => {
  const [, yaml = ""] = /```yaml\n(scheduler:[\s\S]+?)```/.exec(page) ?? [];
  const { scheduler } = openProject(temporaryFolder({ "lakelet.yml": yaml }));
  expect(scheduler).toEqual(openProject(temporaryFolder({ "lakelet.yml": "{}" })).scheduler);
});
