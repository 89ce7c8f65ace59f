/** What a well-formed job spec gets wrong in meaning: its graph, its task types, its references, its compute. */

import { findCycle } from "../task-graph.js";
import { checkReferences } from "./check-references.js";
import type { DocumentPath } from "./document.js";
import type { JobSettings } from "./job-settings.js";
import { didYouMean } from "./nearest-name.js";
import type { Problem } from "./problem.js";
import { type TaskSettings, typesOf } from "./task.js";

export function checkMeaning(settings: JobSettings): readonly Problem[] {
  const tasks = settings.tasks ?? [];
  if (tasks.length === 0) return [error(["tasks"], "A job needs at least one task.")];
  return [
    ...checkGraph(tasks),
    ...tasks.flatMap((task, i) => [...checkType(task, ["tasks", i]), ...checkCompute(task, ["tasks", i], settings)]),
    ...checkReferences(settings, graphOf(tasks)),
  ];
}

function error(path: DocumentPath, message: string): Problem {
  return { severity: "error", path, message };
}

function warning(path: DocumentPath, message: string): Problem {
  return { severity: "warning", path, message };
}

function checkGraph(tasks: readonly TaskSettings[]): Problem[] {
  const problems: Problem[] = [];
  const index = new Map<string, number>();
  for (const [i, { task_key: key }] of tasks.entries()) {
    if (index.has(key)) problems.push(error(["tasks", i, "task_key"], `Two tasks have the task_key \`${key}\`.`));
    else index.set(key, i);
  }
  for (const [i, task] of tasks.entries()) {
    const seen = new Set<string>();
    for (const [j, { task_key: key }] of (task.depends_on ?? []).entries()) {
      const path = ["tasks", i, "depends_on", j, "task_key"];
      if (!index.has(key)) {
        const cure = didYouMean(key, index.keys());
        problems.push(
          error(path, `\`${task.task_key}\` depends on \`${key}\`, which no task is called. ${cure}`.trim()),
        );
      }
      if (seen.has(key)) problems.push(warning(path, `\`${task.task_key}\` depends on \`${key}\` twice.`));
      seen.add(key);
    }
  }
  const cycle = findCycle(graphOf(tasks));
  if (cycle) {
    const at = index.get(cycle[0] ?? "") ?? 0;
    const path = ["tasks", at, "depends_on"];
    problems.push(error(path, `The tasks depend on each other in a cycle: ${cycle.join(" -> ")}.`));
  }
  return problems;
}

function graphOf(tasks: readonly TaskSettings[]) {
  return tasks.map((task) => ({ key: task.task_key, dependsOn: (task.depends_on ?? []).map((one) => one.task_key) }));
}

function checkType(task: TaskSettings, path: DocumentPath): Problem[] {
  const types = typesOf(task);
  const [type] = types;
  if (type === undefined) {
    return [error(path, `The task \`${task.task_key}\` says nothing to run: add a notebook_task or a sql_task.`)];
  }
  if (types.length > 1) {
    return [
      error(
        [...path, types[1] ?? type],
        `The task \`${task.task_key}\` has ${types.join(" and ")}: a task has one of them.`,
      ),
    ];
  }
  return type === "sql_task" ? checkSqlTask(task, [...path, type]) : [];
}

function checkSqlTask(task: TaskSettings, path: DocumentPath): Problem[] {
  const sql = task.sql_task ?? {};
  const kinds = (["query", "file", "alert", "dashboard"] as const).filter((kind) => sql[kind] !== undefined);
  if (kinds.length !== 1) {
    const found = kinds.length === 0 ? "none" : kinds.join(" and ");
    return [
      error(
        path,
        `The sql_task of \`${task.task_key}\` needs one of query, file, alert and dashboard, but has ${found}.`,
      ),
    ];
  }
  return [];
}

function checkCompute(task: TaskSettings, path: DocumentPath, settings: JobSettings): Problem[] {
  const problems: Problem[] = [];
  const given = (["new_cluster", "existing_cluster_id", "job_cluster_key"] as const).filter((key) => task[key]);
  if (given.length > 1) {
    problems.push(
      error([...path, given[1] ?? ""], `\`${task.task_key}\` has ${given.join(" and ")}: a task runs on one compute.`),
    );
  }
  const keys = (settings.job_clusters ?? []).map((one) => one.job_cluster_key);
  if (task.job_cluster_key !== undefined && !keys.includes(task.job_cluster_key)) {
    const cure = didYouMean(task.job_cluster_key, keys);
    problems.push(
      error([...path, "job_cluster_key"], `No job cluster is called \`${task.job_cluster_key}\`. ${cure}`.trim()),
    );
  }
  return problems;
}
