/** The jobs of the project that start by themselves, as their specs are now: read again when a file has changed. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isLakeletError } from "../errors/lakelet-error.js";
import { BUNDLE_FILES, includedPaths } from "../jobs/bundle/bundle-files.js";
import { triggersOf } from "../scheduler/job-trigger.js";
import type { ScheduledJob } from "../scheduler/scheduled-job.js";
import { type BundleChoice, projectJobs } from "./job-lookup.js";
import { loadJob } from "./load-job.js";
import type { Project } from "./project.js";

export interface SpecTrouble {
  /** The job's name, or its file where it cannot be read. */
  readonly job: string;
  readonly message: string;
  /** The job was there, and is no more. */
  readonly gone?: true;
}

export interface ScheduledJobs {
  /** All jobs of the project, those without a trigger too. */
  readonly jobs: readonly ScheduledJob[];
  readonly troubles: readonly SpecTrouble[];
}

export interface ScheduleScope {
  /** Names or paths; all jobs of the project where empty. */
  readonly only: readonly string[];
  readonly bundle?: BundleChoice;
}

/**
 * Reads all specs of the project. What cannot be read or followed is in `troubles`.
 *
 * @param missing what becomes of one named in `only` that is not there: JOB_NOT_FOUND, or one of the `troubles`
 */
export function readScheduledJobs(
  project: Project,
  { only, bundle = {} }: ScheduleScope,
  missing: "throw" | "tell" = "throw",
): ScheduledJobs {
  const references = only.length > 0 ? only : projectJobs(project).map((one) => one.reference);
  const jobs = new Map<string, ScheduledJob>();
  const troubles: SpecTrouble[] = [];
  for (const reference of new Set(references)) {
    try {
      const { plan, spec } = loadJob(project, reference, [], bundle);
      const { triggers, problems } = triggersOf(spec.settings);
      if (jobs.has(plan.jobId)) continue;
      jobs.set(plan.jobId, { id: plan.jobId, name: plan.name, reference, triggers });
      troubles.push(...problems.map((message) => ({ job: plan.name, message })));
    } catch (error) {
      if (!isLakeletError(error)) throw error;
      const gone = error.condition === "JOB_NOT_FOUND";
      if (gone && missing === "throw") throw error;
      troubles.push({ job: reference, message: error.message, ...(gone && { gone }) });
    }
  }
  return { jobs: [...jobs.values()], troubles };
}

/** Follows the specs: a job whose spec was broken by an edit keeps its triggers until it can be read again. */
export class SpecWatch {
  readonly #project: Project;
  readonly #scope: ScheduleScope;
  readonly #trouble: (trouble: SpecTrouble) => void;
  #mark = "";
  #jobs: readonly ScheduledJob[] = [];
  #told = new Set<string>();

  /** @param trouble told once as long as it stays */
  constructor(project: Project, scope: ScheduleScope, trouble: (trouble: SpecTrouble) => void) {
    this.#project = project;
    this.#scope = scope;
    this.#trouble = trouble;
  }

  /** The first time it throws what {@link readScheduledJobs} throws. */
  jobs(): readonly ScheduledJob[] {
    try {
      const mark = specMark(this.#project);
      if (mark !== this.#mark) this.#read(mark);
    } catch (error) {
      // An editor puts files under names that are gone a moment later: the next look finds what is there then.
      if (this.#mark === "") throw error;
      this.#tell([
        { job: "The specs cannot be read", message: error instanceof Error ? error.message : String(error) },
      ]);
    }
    return this.#jobs;
  }

  /** How many jobs start by themselves, of which so many may be expected to run side by side. */
  width(): number {
    return Math.min(this.#jobs.filter(({ triggers }) => triggers.some((one) => !one.paused)).length, MOST_EXPECTED);
  }

  #read(mark: string): void {
    const missing = this.#mark === "" ? "throw" : "tell";
    const { jobs, troubles } = readScheduledJobs(this.#project, this.#scope, missing);
    this.#mark = mark;
    const broken = new Set(troubles.filter(({ gone }) => !gone).map(({ job }) => job));
    // A bundle that cannot be read is named by its file alone.
    const isBroken = ({ reference }: ScheduledJob) =>
      broken.has(reference) || broken.has(reference.replace(/#.*$/, ""));
    const kept = this.#jobs.filter((old) => isBroken(old) && !jobs.some(({ id }) => id === old.id));
    this.#jobs = [...jobs, ...kept];
    this.#tell(troubles);
  }

  #tell(troubles: readonly SpecTrouble[]): void {
    const texts = new Set(troubles.map(({ job, message }) => `${job}: ${message}`));
    for (const one of troubles) if (!this.#told.has(`${one.job}: ${one.message}`)) this.#trouble(one);
    this.#told = texts;
  }
}

const SPEC_FILE = /\.(json|ya?ml)$/;
/** Deeper folders hold notebooks and data, not specs. */
const DEEPEST = 4;
/** More jobs than that seldom run at once. */
const MOST_EXPECTED = 4;

/** Changes when any spec under pipelines/ or beside lakelet.yml does, or a file that the bundle there includes. */
function specMark(project: Project): string {
  const marks: string[] = [];
  const note = (path: string) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    marks.push(`${path} ${stat?.mtimeMs} ${stat?.size}`);
  };
  const visit = (folder: string, depth: number) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (depth < DEEPEST && !/^(\.|node_modules$)/.test(entry.name)) visit(path, depth + 1);
      } else if (SPEC_FILE.test(entry.name)) {
        note(path);
      }
    }
  };
  visit(project.root, DEEPEST);
  const bundle = BUNDLE_FILES.map((name) => join(project.root, name)).find((file) => existsSync(file));
  for (const file of bundle === undefined ? [] : includedPaths(bundle)) note(file);
  if (statSync(project.pipelines, { throwIfNoEntry: false })?.isDirectory()) visit(project.pipelines, 0);
  return marks.join("\n");
}
