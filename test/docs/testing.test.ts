/** docs/testing.md: its files are a project, and all of its tests pass. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { openProject } from "../../src/workspace/project.js";
import { runTest } from "../../src/workspace/testing/run-test.js";
import { findTests } from "../../src/workspace/testing/test-files.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const page = readFileSync(new URL("../../docs/testing.md", import.meta.url), "utf8");
const BLOCK = /```\w+\n(?:#|--|\/\/) (\S+\.\w+)\n([\s\S]*?)```/g;

test("the examples are files of a project whose tests pass", async () => {
  const files = [...page.matchAll(BLOCK)].map(([, path = "", text = ""]) => [path, text] as const);
  expect(files.map(([path]) => path)).toHaveLength(5);
  const root = temporaryFolder({ ...Object.fromEntries(files), "lakelet.yml": "warehouse: ./lake\n" });
  const project = openProject(root);
  const found = await findTests(project, [join(root, "pipelines"), join(root, "tests")]);
  expect(found).toHaveLength(4);
  for (const one of found) {
    const { failures } = await runTest(one.test, { project, folder: dirname(one.file), file: one.file });
    expect(failures, one.test.name).toEqual([]);
  }
});
