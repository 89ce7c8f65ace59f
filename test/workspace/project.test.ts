/** lakelet.yml: found upward, defaults for every key, paths from its folder. */
import { mkdirSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { memoryBytes, shareMachine } from "../../src/workspace/machine.js";
import { openProject } from "../../src/workspace/project.js";
import { temporaryFolder } from "../support/temporary-folder.js";

test("without a file every key has its default", () => {
  const root = temporaryFolder();
  expect(openProject(root)).toMatchObject({
    root,
    file: undefined,
    warehouse: join(root, "lake"),
    state: join(root, ".lakelet"),
    queries: join(root, "queries"),
    pipelines: join(root, "pipelines"),
    timeZone: "UTC",
  });
});

test("the nearest file upward is the root, and its paths start there", () => {
  process.env.LAKELET_TEST_FOLDER = "elsewhere";
  const root = temporaryFolder({
    "lakelet.yml": [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the file's own syntax
      "warehouse: ./${env.LAKELET_TEST_FOLDER}/lake",
      "timezone: Europe/Warsaw",
      "paths: { /Workspace/KION: ./jobs }",
      "smtp: { url: 'smtp://x' }",
    ].join("\n"),
  });
  const inner = join(root, "a/b");
  mkdirSync(inner, { recursive: true });
  const project = openProject(inner);
  expect(project).toMatchObject({ root, warehouse: join(root, "elsewhere/lake"), timeZone: "Europe/Warsaw" });
  expect(project.paths.toLocal("/Workspace/KION/x")).toBe(join(root, "jobs/x"));
  expect(project.paths.toLocal("dbfs:/Workspace/KION/x")).toBe(join(root, "jobs/x"));
  expect(project.paths.toLocal("data/x.csv")).toBe(join(root, "data/x.csv"));
});

test("python and dbt: a program, and what is installed for dbt; environments lie in the state folder", () => {
  const root = temporaryFolder({
    "lakelet.yml": "python: ./venv/bin/python\ndbt: { requirements: [dbt-core==1.10.0] }\nstate: ./state\n",
    "bad/lakelet.yml": "dbt:\n  pyton: x\n",
  });
  expect(openProject(root).python).toEqual({
    interpreter: "./venv/bin/python",
    dbt: { requirements: ["dbt-core==1.10.0"] },
    environments: join(root, "state/python"),
  });
  expect(() => openProject(join(root, "bad"))).toThrow(/lakelet\.yml:2.*pyton/s);
});

describe("memory and threads", () => {
  test.each([
    ["4GB", 4e9],
    ["512 MiB", 512 * 1024 ** 2],
    ["1.5gib", 1.5 * 1024 ** 3],
    [1000, 1000],
    ["0%", undefined],
    ["101%", undefined],
    ["4", undefined],
    ["GB", undefined],
  ])("%s", (limit, bytes) => {
    expect(memoryBytes(limit)).toBe(bytes);
  });

  test("a share is of the machine's memory", () => {
    expect(memoryBytes("50%")).toBeLessThanOrEqual(totalmem() / 2);
    expect(memoryBytes("50%")).toBeGreaterThan(0);
  });

  test("processes share it, and each has a thread at least", () => {
    const cores = availableParallelism();
    expect(shareMachine(4 * 1024 ** 3, 1)).toEqual({ processes: 1, memoryLimit: "4096MiB", threads: cores });
    const wide = shareMachine(4 * 1024 ** 3, 100);
    expect(wide.processes).toBe(Math.min(8, Math.max(2, cores)));
    expect(wide.threads).toBeGreaterThanOrEqual(1);
    expect(wide.memoryLimit).toBe(`${Math.floor(4096 / wide.processes)}MiB`);
  });
});
