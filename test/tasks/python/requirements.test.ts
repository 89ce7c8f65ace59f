/** Libraries and environments as lines for pip. */
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import type { TaskLibraries } from "../../../src/jobs/task-libraries.js";
import { ProjectPaths } from "../../../src/tasks/project-paths.js";
import { requirementsOf } from "../../../src/tasks/python/requirements.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const root = temporaryFolder({
  "dist/etl-0.1-py3-none-any.whl": "old",
  "dist/etl-0.2-py3-none-any.whl": "new",
  "my reqs.txt": "polars\n",
  "old.egg": "",
});
utimesSync(join(root, "dist/etl-0.1-py3-none-any.whl"), 1, 1);
const paths = new ProjectPaths({ root, mappings: { "/Workspace/KION": root } });
const of = (given: Partial<TaskLibraries>) => requirementsOf({ libraries: [], dependencies: [], ...given }, paths);
const url = (name: string) => pathToFileURL(join(root, name)).href;

test("libraries", () => {
  const found = of({
    libraries: [
      { pypi: { package: "polars==1.0" } },
      { pypi: { package: "inhouse", repo: "https://pypi.example.com/simple" } },
      { whl: "/Workspace/KION/dist/*.whl" },
      { requirements: "my reqs.txt" },
      { egg: "old.egg" },
      { jar: "x.jar" },
    ],
  });
  expect(found.installs).toEqual([
    ["polars==1.0", url("dist/etl-0.2-py3-none-any.whl"), `-r '${join(root, "my reqs.txt")}'`],
    ["--index-url https://pypi.example.com/simple", "inhouse"],
  ]);
  expect(found.files).toContain(join(root, "dist/etl-0.2-py3-none-any.whl"));
  expect(found.importPaths).toEqual([join(root, "old.egg")]);
});

test("an environment's dependencies", () => {
  const dependencies = [
    "simplejson==3.19 # pinned",
    "",
    "# a comment",
    "./dist/*.whl",
    "-r my reqs.txt",
    "--index-url https://pypi.example.com/simple",
    "etl @ https://example.com/etl.whl",
    "git+https://example.com/x.git",
  ];
  expect(of({ dependencies }).installs).toEqual([
    [
      "simplejson==3.19",
      url("dist/etl-0.2-py3-none-any.whl"),
      `-r '${join(root, "my reqs.txt")}'`,
      "--index-url https://pypi.example.com/simple",
      "etl @ https://example.com/etl.whl",
      "git+https://example.com/x.git",
    ],
  ]);
});

test.each([
  [{ libraries: [{ pypi: { package: "--index-url=http://evil" } }] }, /does not begin with a dash/],
  [{ libraries: [{ pypi: { package: "a\n--pre" } }] }, /one line/],
  [{ libraries: [{ whl: "dist/nope-*.whl" }] }, /does not exist/],
  [{ dependencies: ["../nope.whl"] }, /does not exist/],
  [{ libraries: [{ whl: "/Workspace/other/x.whl" }] }, /No prefix under `paths:`/],
])("refused: %j", (given, message) => {
  expect(() => of(given)).toThrow(message);
});
