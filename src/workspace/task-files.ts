/** The notebook or SQL file that each task of a plan names. */
import { dirname, join, relative } from "node:path";
import { isLakeletError } from "../errors/lakelet-error.js";
import type { JobPlan, TaskPlan, TaskWork } from "../jobs/job-plan.js";
import type { LocatedProblem } from "../jobs/spec/problem.js";
import type { JobSpec } from "../jobs/spec/read-job-spec.js";
import { notebookFile, readNotebook } from "../tasks/notebook/notebook-file.js";
import type { NotebookTaskSettings } from "../tasks/notebook/notebook-task.js";
import type { AlertTaskSettings } from "../tasks/sql/alert.js";
import type { SqlTaskSettings } from "../tasks/sql/sql-task.js";
import { fileOfSqlTask } from "../tasks/sql/sql-task-file.js";
import type { Project } from "./project.js";

/** Where a task's settings name their file. */
interface NamedFile {
  /** Keys inside the task. */
  readonly path: readonly string[];
  readonly name: string;
}

/** Paths that begin with a dot start at the spec's own folder: from here on they start at the project's root. */
export function anchorPaths(plan: JobPlan, specFile: string, root: string): JobPlan {
  const anchor = (path: string) =>
    /^\.\.?\//.test(path) ? relative(root, join(dirname(specFile), path)).replaceAll("\\", "/") : path;
  return { ...plan, tasks: plan.tasks.map((task) => anchoredTask(task, anchor)) };
}

function anchoredTask(task: TaskPlan, anchor: (path: string) => string): TaskPlan {
  const { forEach } = task;
  const work = anchored(task.work, anchor);
  return { ...task, work, ...(forEach && { forEach: { ...forEach, task: anchoredTask(forEach.task, anchor) } }) };
}

function anchored(work: TaskWork, anchor: (path: string) => string): TaskWork {
  if (work.type === "notebook_task") {
    const settings = work.settings as NotebookTaskSettings;
    return { ...work, settings: { ...settings, notebook_path: anchor(settings.notebook_path) } };
  }
  const { file, ...settings } = work.settings as SqlTaskSettings;
  if (work.type !== "sql_task" || file === undefined) return work;
  return { ...work, settings: { ...settings, file: { ...file, path: anchor(file.path) } } };
}

function namedFile({ type, settings }: TaskWork): NamedFile | undefined {
  if (type === "notebook_task") {
    return { path: [type, "notebook_path"], name: (settings as NotebookTaskSettings).notebook_path };
  }
  const { alert_id: id, workspace_path: workspacePath } = settings as AlertTaskSettings;
  if (type === "alert_task") {
    if (id !== undefined) return { path: [type, "alert_id"], name: id };
    return { path: [type, "workspace_path"], name: workspacePath ?? "" };
  }
  const { query, file, alert } = settings as SqlTaskSettings;
  if (type !== "sql_task") return undefined;
  if (query) return { path: [type, "query", "query_id"], name: query.query_id };
  if (alert) return { path: [type, "alert", "alert_id"], name: alert.alert_id };
  return file && { path: [type, "file", "path"], name: file.path };
}

/** The absolute path of a file that can be run; undefined where a reference completes it in the run. Throws what keeps it from being found. */
export function fileOfTask({ work }: TaskPlan, { paths, queries }: Project): string | undefined {
  const named = namedFile(work);
  if (named === undefined || named.name.includes("{{")) return undefined;
  if (work.type !== "notebook_task") return fileOfSqlTask(work.settings as SqlTaskSettings, { paths, queries });
  const file = notebookFile(named.name, paths);
  // A cell in another language is better told now than in the run.
  readNotebook(file);
  return file;
}

/** An error at its place in the spec for each file that is not there. */
export function missingFiles(spec: JobSpec, plan: JobPlan, project: Project): readonly LocatedProblem[] {
  const keys = (spec.settings.tasks ?? []).map((task) => task.task_key);
  return plan.tasks.flatMap((task) => {
    try {
      fileOfTask(task, project);
      return [];
    } catch (error) {
      if (!isLakeletError(error)) throw error;
      const message = [error.problem, error.reason, error.cure].filter(Boolean).join(" ");
      const path = ["tasks", keys.indexOf(task.key), ...(namedFile(task.work)?.path ?? [])];
      return [spec.at({ severity: "error", path, message })];
    }
  });
}
