/** Where the settings of a task name files and folders. */

/** Keys from a task to the path; `*` is each entry of a list. */
export const TASK_PATHS: readonly (readonly string[])[] = [
  ["notebook_task", "notebook_path"],
  ["spark_python_task", "python_file"],
  ["dbt_task", "project_directory"],
  ["sql_task", "file", "path"],
  ["alert_task", "workspace_path"],
  ["libraries", "*", "requirements"],
  ["libraries", "*", "whl"],
  ["libraries", "*", "egg"],
  ["libraries", "*", "jar"],
  ["gen_ai_compute_task", "training_script_path"],
  ["ai_runtime_task", "deployments", "*", "command_path"],
];

/** A relative path to a file, and not `/Workspace/...`, `dbfs:/...`, `s3://...` or what a reference completes. */
export function isRelativePath(path: string): boolean {
  return path !== "" && !path.startsWith("/") && !/^[A-Za-z][\w+.-]*:/.test(path) && !/^(?:\$\{|\{\{)/.test(path);
}

/** Whether an entry of an environment's `dependencies` names a file and not a package: `./dist/a.whl`, `-r requirements.txt`. */
export function localDependency(text: string): { readonly flag: string; readonly path: string } | undefined {
  const [, flag = "", path = ""] = /^(-r |--requirement |-e |--editable |-c |--constraint )?\s*(.*)$/.exec(text) ?? [];
  const named = flag !== "" || /^\.{1,2}\//.test(path) || /\.(?:whl|tar\.gz|zip)$/.test(path);
  return named && isRelativePath(path) ? { flag, path } : undefined;
}
