/** What a cluster's spec asks of the process that stands for it here. */
import type { ClusterSpec } from "./spec/cluster.js";

export interface ClusterPlan {
  readonly sparkConf: Readonly<Record<string, string>>;
  /** `spark_env_vars` and `environment_variables`: set for the attempt; `{{secrets/scope/key}}` not yet replaced. */
  readonly environment?: Readonly<Record<string, string>>;
  /** `num_workers`, or what `autoscale` may grow to: the attempt gets as many threads, and one for the driver, within the machine's. */
  readonly workers?: number;
}

/** @param variables of the task's `environment_variables_key` */
export function planCluster(spec: ClusterSpec | undefined, variables?: Readonly<Record<string, string>>): ClusterPlan {
  const workers = spec?.autoscale?.max_workers ?? spec?.num_workers ?? 0;
  return {
    sparkConf: spec?.spark_conf ?? {},
    ...((spec?.spark_env_vars || variables) && { environment: { ...spec?.spark_env_vars, ...variables } }),
    // A cluster of no workers is one node, which uses all of its machine.
    ...(workers > 0 && { workers }),
  };
}
