/** The notebook or SQL file that each task of a plan names. */
import { dirname, join, relative } from "node:path";
import { isLakeletError } from "../errors/lakelet-error.js";
import type { JobPlan, TaskPlan, TaskWork } from "../jobs/job-plan.js";
import type { LocatedProblem } from "../jobs/spec/problem.js";
import type { JobSpec } from "../jobs/spec/read-job-spec.js";
import type { TaskType } from "../jobs/spec/task.js";
import type { TaskLibraries } from "../jobs/task-libraries.js";
import { type DbtTaskSettings, dbtProjectFile } from "../tasks/dbt/dbt-settings.js";
import { notebookFile, readNotebook } from "../tasks/notebook/notebook-file.js";
import type { NotebookTaskSettings } from "../tasks/notebook/notebook-task.js";
import { pythonFile, type SparkPythonTaskSettings } from "../tasks/python/spark-python-task.js";
import type { AlertTaskSettings } from "../tasks/sql/alert.js";
import type { SqlTaskSettings } from "../tasks/sql/sql-task.js";
import { fileOfSqlTask } from "../tasks/sql/sql-task-file.js";
import { placedTasks } from "./child-jobs.js";
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
  const { forEach, libraries } = task;
  const work = anchored(task.work, anchor);
  return {
    ...task,
    work,
    ...(libraries && { libraries: anchoredLibraries(libraries, anchor) }),
    ...(forEach && { forEach: { ...forEach, task: anchoredTask(forEach.task, anchor) } }),
  };
}

/** Fields of a task type's settings that are paths. */
const PATH_FIELDS: Readonly<Partial<Record<TaskType, readonly string[]>>> = {
  spark_python_task: ["python_file"],
  spark_jar_task: ["jar_uri"],
  dbt_task: ["project_directory", "profiles_directory"],
};

function anchored(work: TaskWork, anchor: (path: string) => string): TaskWork {
  const fields = PATH_FIELDS[work.type];
  if (fields) {
    const entries = Object.entries(work.settings as Readonly<Record<string, unknown>>);
    const settings = entries.map(([key, value]) => [
      key,
      fields.includes(key) && typeof value === "string" ? anchor(value) : value,
    ]);
    return { ...work, settings: Object.fromEntries(settings) };
  }
  if (work.type === "notebook_task") {
    const settings = work.settings as NotebookTaskSettings;
    return { ...work, settings: { ...settings, notebook_path: anchor(settings.notebook_path) } };
  }
  const { file, ...settings } = work.settings as SqlTaskSettings;
  if (work.type !== "sql_task" || file === undefined) return work;
  return { ...work, settings: { ...settings, file: { ...file, path: anchor(file.path) } } };
}

function anchoredLibraries(
  { libraries, dependencies }: TaskLibraries,
  anchor: (path: string) => string,
): TaskLibraries {
  return {
    libraries: libraries.map(
      (one) =>
        Object.fromEntries(
          Object.entries(one).map(([key, value]) => [key, typeof value === "string" ? anchor(value) : value]),
        ) as typeof one,
    ),
    dependencies: dependencies.map((line) => {
      const [, option = "", path = line] = /^(-\S+[ =]+)?(.*)$/.exec(line) ?? [];
      return `${option}${anchor(path)}`;
    }),
  };
}

function namedFile({ type, settings }: TaskWork): NamedFile | undefined {
  if (type === "notebook_task") {
    return { path: [type, "notebook_path"], name: (settings as NotebookTaskSettings).notebook_path };
  }
  if (type === "spark_python_task") {
    return { path: [type, "python_file"], name: (settings as SparkPythonTaskSettings).python_file };
  }
  if (type === "dbt_task") {
    return { path: [type, "project_directory"], name: (settings as DbtTaskSettings).project_directory ?? "." };
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
  if (work.type === "spark_python_task") return pythonFile(named.name, paths);
  if (work.type === "dbt_task") return dbtProjectFile(named.name, paths);
  if (work.type !== "notebook_task") return fileOfSqlTask(work.settings as SqlTaskSettings, { paths, queries });
  const file = notebookFile(named.name, paths);
  // A cell in another language is better told now than in the run.
  readNotebook(file);
  return file;
}

/** An error at its place in the spec for each file that is not there. */
export function missingFiles(spec: JobSpec, plan: JobPlan, project: Project): readonly LocatedProblem[] {
  return placedTasks(spec, plan).flatMap(({ task, path }) => {
    try {
      fileOfTask(task, project);
      return [];
    } catch (error) {
      if (!isLakeletError(error)) throw error;
      const message = [error.problem, error.reason, error.cure].filter(Boolean).join(" ");
      return [spec.at({ severity: "error", path: [...path, ...(namedFile(task.work)?.path ?? [])], message })];
    }
  });
}
