/** What a target's mode and presets, and the CLI's own defaults, make of a job. */
import type { LocatedProblem } from "../spec/problem.js";
import type { CurrentUser } from "./current-user.js";
import {
  entriesOf,
  type Located,
  type LocatedMap,
  located,
  locationOf,
  plain,
  textOf,
  withEntries,
} from "./located.js";

export interface Presets {
  readonly namePrefix: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly maxConcurrentRuns: number | undefined;
  readonly pauseStatus: string | undefined;
  readonly pipelinesDevelopment: boolean;
}

const DEVELOPMENT_RUNS = 4;
const STARTS = ["schedule", "continuous", "trigger"] as const;

/** @param bundle resolved: `bundle.mode`, `presets` */
export function presetsOf(root: LocatedMap, user: CurrentUser, problems: LocatedProblem[]): Presets {
  const development = textOf(entriesOf(root.entries.get("bundle")).get("mode")) === "development";
  const given = entriesOf(root.entries.get("presets"));
  const number = (name: string) => {
    const value = given.get(name);
    return value === undefined ? undefined : Number(plain(value));
  };
  const tags = Object.fromEntries([...entriesOf(given.get("tags"))].map(([key, value]) => [key, String(plain(value))]));
  const presets: Presets = {
    namePrefix: textOf(given.get("name_prefix")) ?? (development ? `[dev ${user.shortName}] ` : ""),
    tags: development ? { dev: user.shortName, ...tags } : tags,
    maxConcurrentRuns: number("jobs_max_concurrent_runs") ?? (development ? DEVELOPMENT_RUNS : undefined),
    pauseStatus: textOf(given.get("trigger_pause_status")) ?? (development ? "PAUSED" : undefined),
    pipelinesDevelopment: isSet(given.get("pipelines_development")) ?? development,
  };
  checkPresets(presets, development, user, given, problems);
  return presets;
}

function checkPresets(
  { namePrefix, pauseStatus }: Presets,
  development: boolean,
  user: CurrentUser,
  given: ReadonlyMap<string, Located>,
  problems: LocatedProblem[],
): void {
  const fail = (severity: "error" | "warning", name: string, message: string) => {
    const at = given.get(name);
    if (at) problems.push({ severity, path: ["presets", name], message, location: locationOf(at) });
  };
  if (pauseStatus !== undefined && !["PAUSED", "UNPAUSED"].includes(pauseStatus)) {
    fail("error", "trigger_pause_status", "`trigger_pause_status` must be PAUSED or UNPAUSED.");
  }
  if (!development) return;
  if (pauseStatus === "UNPAUSED") {
    fail(
      "error",
      "trigger_pause_status",
      "`mode: development` pauses triggers: Databricks refuses `trigger_pause_status: UNPAUSED` with it.",
    );
  }
  if (!namePrefix.includes(user.shortName) && !namePrefix.includes(user.userName)) {
    fail(
      "warning",
      "name_prefix",
      `\`mode: development\` wants the user's name in \`name_prefix\`: Databricks refuses the bundle without it; here it is read. Write [dev \${workspace.current_user.short_name}].`,
    );
  }
}

/** A job as it would be deployed: presets first, then the defaults for what nobody said. */
export function deployedJob(job: LocatedMap, presets: Presets): LocatedMap {
  const made = (value: unknown) => located(value, job.at);
  const name = job.entries.get("name");
  const shown = textOf(name) ?? (name ? String(plain(name)) : "");
  const tags = new Map(entriesOf(job.entries.get("tags")));
  for (const [key, value] of Object.entries(presets.tags)) if (!plainText(tags.get(key))) tags.set(key, made(value));
  const runs = job.entries.get("max_concurrent_runs");
  const starts = STARTS.flatMap((key): [string, Located][] => {
    const start = job.entries.get(key);
    if (start?.kind !== "map") return [];
    const status = start.entries.get("pause_status") ?? made(presets.pauseStatus ?? "UNPAUSED");
    return [[key, withEntries(start, { pause_status: status })]];
  });
  return withEntries(job, {
    name: { kind: "scalar", value: `${presets.namePrefix}${shown}` || "Untitled", at: name?.at ?? job.at },
    ...(tags.size > 0 && { tags: { kind: "map", entries: tags, at: job.entries.get("tags")?.at ?? job.at } }),
    max_concurrent_runs: isUnset(runs) ? made(presets.maxConcurrentRuns ?? 1) : runs,
    queue: job.entries.get("queue") ?? made({ enabled: true }),
    ...Object.fromEntries(starts),
  });
}

/** A pipeline as it would be deployed: of a target in development it is one in development, and runs when it is told to. */
export function deployedPipeline(pipeline: LocatedMap, key: string, presets: Presets): LocatedMap {
  const made = (value: unknown) => located(value, pipeline.at);
  const name = pipeline.entries.get("name");
  const shown = textOf(name) ?? (name ? String(plain(name)) : key);
  const tags = new Map(entriesOf(pipeline.entries.get("tags")));
  for (const [tag, value] of Object.entries(presets.tags)) if (!plainText(tags.get(tag))) tags.set(tag, made(value));
  return withEntries(pipeline, {
    name: { kind: "scalar", value: `${presets.namePrefix}${shown}`, at: name?.at ?? pipeline.at },
    ...(tags.size > 0 && { tags: { kind: "map", entries: tags, at: pipeline.entries.get("tags")?.at ?? pipeline.at } }),
    ...(presets.pipelinesDevelopment && { development: made(true) }),
    ...(presets.pauseStatus === "PAUSED" && pipeline.entries.has("continuous") && { continuous: made(false) }),
  });
}

function isSet(tree: Located | undefined): boolean | undefined {
  return tree === undefined ? undefined : String(plain(tree)) === "true";
}

function plainText(tree: Located | undefined): string {
  return tree ? String(plain(tree) ?? "") : "";
}

/** 0 is no value to the CLI. */
function isUnset(tree: Located | undefined): boolean {
  return tree === undefined || (tree.kind === "scalar" && (tree.value === null || tree.value === 0));
}
