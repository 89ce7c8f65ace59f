/** What a notebook imports: spark, dbutils, display, displayHTML, _sqldf, the functions, and what records a job's figures. Outside a run they belong to the nearest lakelet.yml. */
import { bindStandaloneNotebook } from "./workspace/standalone-notebook.js";

export * from "./index.js";
export { _sqldf, spark } from "./tasks/notebook/bound-session.js";
export { type DbUtils, dbutils } from "./tasks/notebook/dbutils.js";
export { display, displayHTML } from "./tasks/notebook/display.js";
export type { FileInfo, MountInfo } from "./tasks/notebook/file-system.js";
export {
  type JobMetric,
  type MonitoringMetric,
  recordJobMetric,
  recordMonitoringMetric,
} from "./tasks/notebook/job-metrics.js";

await bindStandaloneNotebook(() => import("./notebook.js"));
