/** The notebooks of docs/notebooks.md run, and show what the page says that they show. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { outputLines } from "../../src/cli/progress/output-lines.js";
import * as lakelet from "../../src/index.js";
import type { AttemptEvent } from "../../src/jobs/run/attempt.js";
import { _sqldf, spark } from "../../src/tasks/notebook/bound-session.js";
import { captureConsole } from "../../src/tasks/notebook/console-capture.js";
import { dbutils } from "../../src/tasks/notebook/dbutils.js";
import { display, displayHTML, displayInNotebook } from "../../src/tasks/notebook/display.js";
import { performNotebook } from "../../src/tasks/notebook/notebook-task.js";
import { NotebookLoader } from "../../src/tasks/notebook/typescript-notebook.js";
import { ProjectPaths } from "../../src/tasks/project-paths.js";
import { useSession } from "../support/session.js";
import { writeFiles } from "../support/temporary-folder.js";

interface Block {
  readonly file: string;
  readonly text: string;
  /** What the page says it shows; undefined where it is not run. */
  readonly shows: string | undefined;
}

const page = readFileSync(join(import.meta.dirname, "../../docs/notebooks.md"), "utf8");
const FENCE = /```(\w+) (run )?file=(\S+)\n([\s\S]*?)```(?:\n+(?:`[^\n]*:\n\n)?```text\n([\s\S]*?)```)?/g;
const blocks = [...page.matchAll(FENCE)].map(
  ([, , run, file = "", text = "", shows = ""]): Block => ({ file, text, shows: run ? shows : undefined }),
);

const lake = useSession({ onDisplay: displayInNotebook });
const loader = new NotebookLoader({
  "lakelet/notebook": { ...lakelet, spark, _sqldf, dbutils, display, displayHTML },
});

beforeAll(() => {
  captureConsole();
  writeFiles(lake.folder, Object.fromEntries(blocks.map(({ file, text }) => [file, text])));
});

test("the page has notebooks", () => expect(blocks.filter((one) => one.shows !== undefined).length).toBeGreaterThan(3));

test.each(blocks.filter((one) => one.shows !== undefined))("$file", async ({ file, shows }) => {
  const events: AttemptEvent[] = [];
  const paths = new ProjectPaths({
    root: lake.folder,
    mappings: { "/Volumes/main/default": join(lake.folder, "data") },
  });
  const options = { spark: lake.spark, file: join(lake.folder, file), parameters: {}, paths, request: undefined };
  const result = await performNotebook({ ...options, emit: (event) => events.push(event) }, loader);
  const outputs = events.flatMap((event) => (event.type === "output" ? [event.output] : []));
  const lines = (await Promise.all(outputs.map((output) => outputLines(output, (_, text) => text)))).flat();
  const exit =
    result.state === "SUCCESS" && result.exitValue !== undefined ? [`Notebook exited: ${result.exitValue}`] : [];
  const failure = result.state === "FAILED" ? result.failure.message : undefined;
  expect({ failure, shows: [...lines, ...exit].join("\n") }).toEqual({
    failure: undefined,
    shows: shows?.trimEnd(),
  });
});
