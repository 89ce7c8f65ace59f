/** The specs of docs/pipelines.md are read as they stand, and its queries parsed. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readPipelineSpec } from "../../src/jobs/pipeline-spec/read-pipeline-spec.js";
import { loadParser, parseStatements } from "../../src/sql/parse/parse.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const page = readFileSync(join(import.meta.dirname, "../../docs/pipelines.md"), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, text = ""]) => text);

beforeAll(loadParser);

const specs = blocks("yaml").map((text) => [/^# (\S+)/.exec(text)?.[1] ?? "", text] as const);

test.each(specs)("%s", (name, text) => {
  const file = join(temporaryFolder({}), "shop", name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  const { settings } = readPipelineSpec(file);
  expect(settings).toMatchObject({ catalog: "main", schema: "shop", configuration: { landing: expect.any(String) } });
});

test("the query of the event log", () => {
  expect(blocks("sql").flatMap((text) => parseStatements(text))).toHaveLength(1);
});
