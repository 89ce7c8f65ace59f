/** The references in a job's texts: names that exist, tasks that have run by then, parameters that are declared. */
import { parseReferences, type Reference } from "../reference.js";
import { describeReference } from "../reference-names.js";
import type { GraphTask } from "../task-graph.js";
import type { DocumentPath } from "./document.js";
import type { JobSettings } from "./job-settings.js";
import { didYouMean } from "./nearest-name.js";
import type { Problem } from "./problem.js";
import { typesOf } from "./task.js";

interface Names {
  readonly tasks: ReadonlyMap<string, GraphTask>;
  readonly parameters: readonly string[];
}

export function checkReferences(settings: JobSettings, graph: readonly GraphTask[]): readonly Problem[] {
  const names: Names = {
    tasks: new Map(graph.map((task) => [task.key, task])),
    parameters: (settings.parameters ?? []).map((one) => one.name),
  };
  const problems: Problem[] = [];
  for (const [i, one] of (settings.parameters ?? []).entries()) {
    checkText(one.default, ["parameters", i, "default"], names, undefined, problems);
  }
  for (const [i, task] of (settings.tasks ?? []).entries()) {
    for (const type of typesOf(task)) {
      eachText(task[type], ["tasks", i, type], (text, path) => checkText(text, path, names, task.task_key, problems));
    }
  }
  return problems;
}

/** @param task that the text belongs to; undefined for the job's own */
function checkText(
  text: string,
  path: DocumentPath,
  names: Names,
  task: string | undefined,
  problems: Problem[],
): void {
  for (const part of parseReferences(text)) {
    if (typeof part === "string") continue;
    // What a loop runs has an input; the list that it loops over has none.
    const known = describeReference(part.path, { inLoop: path[2] === "for_each_task" && path[3] === "task" });
    if (known.kind !== "known") {
      problems.push({ severity: known.kind === "invalid" ? "error" : "warning", path, message: known.message });
      continue;
    }
    if (known.warning !== undefined) problems.push({ severity: "warning", path, message: known.warning });
    const problem = nameProblem(part, known.path, names, task);
    if (problem) problems.push({ ...problem, path });
  }
}

function nameProblem(
  { source }: Reference,
  [namespace, name, key = ""]: readonly string[],
  { tasks, parameters }: Names,
  task: string | undefined,
): Omit<Problem, "path"> | undefined {
  if (
    task === undefined &&
    (namespace === "task" || namespace === "tasks" || (namespace === "job" && name === "parameters"))
  ) {
    const message = `${source} has no value when a run begins, and a job parameter gets its value then. Write it in the tasks' settings.`;
    return { severity: "error", message };
  }
  if (namespace === "job" && name === "parameters" && !parameters.includes(key)) {
    const message = `${source}: the job declares no parameter \`${key}\`. ${didYouMean(key, parameters)}`.trim();
    return { severity: "error", message };
  }
  if (namespace !== "tasks" || name === undefined) return undefined;
  if (!tasks.has(name)) {
    const message = `${source}: no task is called \`${name}\`. ${didYouMean(name, tasks.keys())}`.trim();
    return { severity: "error", message };
  }
  if (task !== undefined && isUpstream(tasks, task, name)) return undefined;
  const message = `${source}: \`${name}\` is not upstream, so that its value may not be there yet.`;
  return { severity: "warning", message };
}

/** Looks no further than it must: in a long chain most references are to the task before. */
function isUpstream(tasks: ReadonlyMap<string, GraphTask>, from: string, wanted: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const before = tasks.get(key)?.dependsOn ?? [];
    if (before.includes(wanted)) return true;
    for (const one of before) {
      if (seen.has(one)) continue;
      seen.add(one);
      open.push(one);
    }
  }
  return false;
}

function eachText(value: unknown, path: DocumentPath, visit: (text: string, path: DocumentPath) => void): void {
  if (typeof value === "string") {
    if (value.includes("{{")) visit(value, path);
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) eachText(item, [...path, i], visit);
  } else if (value !== null && typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) eachText(inner, [...path, key], visit);
  }
}
