/** The file that a task in SQL names, for whoever checks it before the run. */
import type { TaskEnvironment } from "../task-environment.js";
import type { AlertTaskSettings } from "./alert.js";
import { alertFileOf, readAlert } from "./alert-definition.js";
import { sqlFileOf } from "./query-file.js";
import type { SqlTaskSettings } from "./sql-task.js";

/** Of a sql_task or an alert_task. Throws what keeps it from being found, and what an alert's definition has wrong. */
export function fileOfSqlTask(
  settings: SqlTaskSettings & AlertTaskSettings,
  environment: Pick<TaskEnvironment, "paths" | "queries">,
): string {
  const { alert } = settings;
  if (settings.query || settings.file) return sqlFileOf(settings, environment.paths, environment.queries);
  const file = alertFileOf(alert ? { alert_id: alert.alert_id } : settings, environment);
  readAlert(file, file, environment.queries);
  return file;
}
