/** Fuzzed job specs and bundles: each is read, or refused with a message that has a file and a line; nothing crashes, hangs or is silent. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { isLakeletError } from "../../../src/errors/lakelet-error.js";
import { planJob } from "../../../src/jobs/job-plan.js";
import { readJobSpec } from "../../../src/jobs/spec/read-job-spec.js";
import { randomNumbers, type SuiteOptions, type SuiteResult } from "../suite.js";
import { mutatedSpec } from "./mutations.js";

const COURSE = join(import.meta.dirname, "../../jobs/fixtures/course");
const SPECS = join(import.meta.dirname, "../../jobs/fixtures/specs");
const CONDITIONS = new Set(["INVALID_JOB_SPEC", "MALFORMED_DOCUMENT"]);
/** Of one spec; a slow machine included. */
const MAX_MILLISECONDS = 5000;

interface Original {
  readonly name: string;
  readonly value: unknown;
}

function originals(): readonly Original[] {
  return [COURSE, SPECS].flatMap((folder) =>
    readdirSync(folder).map((name) => ({ name, value: parse(readFileSync(join(folder, name), "utf8")) })),
  );
}

export async function run({ count, seed, log }: SuiteOptions): Promise<SuiteResult> {
  const folder = mkdtempSync(join(tmpdir(), "lakelet-specs-"));
  const next = randomNumbers(seed);
  const specs = originals();
  const anomalies: string[] = [];
  let read = 0;
  try {
    for (let i = 0; i < count; i++) {
      const original = specs[i % specs.length];
      if (original === undefined) throw new Error("there are no specs to begin with");
      const { text, extension } = mutatedSpec(original.value, next);
      const isBundle = original.name.startsWith("bundle");
      const file = join(folder, isBundle ? "databricks.yml" : `job.${extension}`);
      writeFileSync(file, text);
      const outcome = outcomeOf(file);
      if (outcome === "read") read += 1;
      else if (outcome !== "refused") anomalies.push(`seed ${seed}, case ${i} (${original.name}): ${outcome}`);
      rmSync(file);
      if (i % 1000 === 999) log?.(`${i + 1} specs`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { count, anomalies, notes: [`${read} were read, ${count - read - anomalies.length} refused with a line`] };
}

function outcomeOf(file: string): string {
  const began = performance.now();
  try {
    const { settings, notices, bundleKey } = readJobSpec(file, { environment: {} });
    planJob(settings, bundleKey ?? "job");
    const lost = notices.find(({ location }) => !location.file || !((location.line ?? 0) >= 1));
    if (lost) return `a notice without its line: ${lost.message}`;
  } catch (error) {
    if (!isLakeletError(error)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!CONDITIONS.has(error.condition)) return `refused as ${error.condition}: ${error.message}`;
    if (!/(?:^|\n\s*)\S+:\d+:\d+: /.test(error.message)) return `refused without a line: ${error.message}`;
    return "refused";
  } finally {
    const took = performance.now() - began;
    if (took > MAX_MILLISECONDS) process.stderr.write(`a spec took ${Math.round(took)} ms\n`);
  }
  return "read";
}
