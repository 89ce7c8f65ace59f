/** The job specs of the docs are read as they stand: no error in any, and no key that does not exist. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readJobSpec } from "../../src/jobs/spec/read-job-spec.js";

const docs = join(import.meta.dirname, "../../docs");
const folder = mkdtempSync(join(tmpdir(), "lakelet-docs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pages = readdirSync(docs, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));
/** A block that begins with a job's name or its tasks is a whole spec. */
const specs = pages.flatMap((page) =>
  [
    ...readFileSync(join(docs, page), "utf8").matchAll(
      /^```(ya?ml|json)\n((?:name:|tasks:|\{\s*"(?:name|tasks)")[\s\S]*?)^```/gm,
    ),
  ].map(([, language = "", text = ""], i) => ({ page: relative(".", page), number: i + 1, language, text })),
);

describe("job specs of the docs", () => {
  test.each(specs)("$page, spec $number", ({ page, number, language, text }) => {
    const file = join(folder, `${page.replaceAll("/", "-")}-${number}.${language}`);
    writeFileSync(file, text);
    expect(readJobSpec(file).settings.tasks?.length).toBeGreaterThan(0);
  });
});
