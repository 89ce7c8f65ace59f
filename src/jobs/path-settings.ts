/** Settings that name a file: a value in one may complete its name, and may not lead out of the folder that the spec names. */
import { LakeletError } from "../errors/lakelet-error.js";
import type { TaskWork } from "./job-plan.js";
import { parseReferences, type ReferenceScope, resolveReferences } from "./reference.js";
import type { TaskType } from "./spec/task.js";

const PATHS: Readonly<Partial<Record<TaskType, readonly string[]>>> = {
  notebook_task: ["notebook_path"],
  sql_task: ["file.path", "query.query_id", "alert.alert_id"],
  alert_task: ["alert_id", "workspace_path"],
  spark_python_task: ["python_file"],
  spark_jar_task: ["jar_uri"],
  dbt_task: ["project_directory", "profiles_directory"],
  pipeline_task: ["pipeline_id"],
};

/** Whole paths that a value may be: what they lead to is said by the project's `paths`. */
const DATABRICKS_PATH = /^(?:dbfs:)?\/(?:Workspace|Repos|Volumes|Users|Shared|dbfs|mnt)\//;
const ABSOLUTE = /^(?:[/\\~]|[A-Za-z][A-Za-z0-9+.-]*:)/;
const UPWARD = /(?:^|[/\\])\.\.(?=[/\\]|$)/g;

/** Throws `INVALID_PATH` for a path that its values, not its author, lead upward or to another root. */
export function checkPaths({ type, settings }: TaskWork, scope: ReferenceScope): void {
  for (const field of PATHS[type] ?? []) {
    const text = textAt(settings, field.split("."));
    if (text?.includes("{{")) checkPath(`${type}.${field}`, text, scope);
  }
}

function textAt(settings: unknown, path: readonly string[]): string | undefined {
  let value = settings;
  for (const step of path) {
    if (value === null || typeof value !== "object") return undefined;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return typeof value === "string" ? value : undefined;
}

function checkPath(field: string, text: string, scope: ReferenceScope): void {
  const parts = parseReferences(text);
  const resolved = resolveReferences(text, scope);
  const written = parts.map((part) => (typeof part === "string" ? part : "x")).join("");
  const upward = (resolved.match(UPWARD)?.length ?? 0) > (written.match(UPWARD)?.length ?? 0);
  const rooted = typeof parts[0] !== "string" && ABSOLUTE.test(resolved) && !DATABRICKS_PATH.test(resolved);
  if (!upward && !rooted && !resolved.includes("\0")) return;
  throw new LakeletError({
    condition: "INVALID_PATH",
    sqlState: "42K03",
    problem: `\`${field}\`: ${JSON.stringify(resolved)} leads out of the folder that the spec names.`,
    reason: `It comes of ${text}, whose value is data.`,
    cure: "Give a name within the folder, or a path below /Workspace or /Volumes that `paths` in lakelet.yml covers.",
    parameters: { path: resolved },
  });
}
