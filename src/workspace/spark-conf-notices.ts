/** What a spec's `spark_conf` means here: keys without effect, and values that no session would take. */
import { isLakeletError } from "../errors/lakelet-error.js";
import type { DocumentPath } from "../jobs/spec/document.js";
import type { LocatedProblem, Problem } from "../jobs/spec/problem.js";
import type { JobSpec } from "../jobs/spec/read-job-spec.js";
import { checkValue, isActedOn } from "../session/local/configuration.js";

/** An error for each value that is refused: every task on that cluster would fail by it. */
export function sparkConfNotices(spec: JobSpec): readonly LocatedProblem[] {
  const { job_clusters: clusters = [], tasks = [] } = spec.settings;
  const found = [
    ...clusters.map((one, i) => [one.new_cluster?.spark_conf, ["job_clusters", i, "new_cluster"]] as const),
    ...tasks.map((one, i) => [one.new_cluster?.spark_conf, ["tasks", i, "new_cluster"]] as const),
  ];
  return found.flatMap(([conf = {}, path]) =>
    Object.entries(conf).flatMap(([key, value]) => {
      const problem = sparkConfProblem(key, value, [...path, "spark_conf", key]);
      return problem === undefined ? [] : [spec.at(problem, problem.severity === "error" ? "value" : "key")];
    }),
  );
}

/** What is to be said of one key of a Spark configuration; undefined where it is acted on. */
export function sparkConfProblem(key: string, value: string, path: DocumentPath): Problem | undefined {
  if (!isActedOn(key)) return { severity: "no-local-effect", path, message: `\`${key}\`: nothing here reads it.` };
  try {
    // A secret is known in the run only.
    if (!value.includes("{{")) checkValue(key, value);
    return undefined;
  } catch (error) {
    if (!isLakeletError(error)) throw error;
    const message = [error.problem, error.reason, error.cure].filter(Boolean).join(" ");
    return { severity: "error", path, message };
  }
}
