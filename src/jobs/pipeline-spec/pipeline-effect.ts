/** The keys of a pipeline's spec that are kept without an effect on this machine, with the reason. */
import { CLUSTER, effectNotices, type Reason } from "../spec/local-effect.js";
import type { Problem } from "../spec/problem.js";
import type { PipelineSpecBody } from "./pipeline-spec-schema.js";

const cloud = (reason: string): Reason => ["no-local-effect", reason];

const ACCESS = cloud("there are no users and permissions on one machine");
const BILLING = cloud("nothing is billed");
const DEPLOYMENT = cloud("nothing is deployed");
const MACHINE = cloud("the pipeline runs on this machine");

const PIPELINE: Readonly<Record<string, Reason>> = {
  access_control_list: ACCESS,
  allow_duplicate_names: DEPLOYMENT,
  budget_policy_id: BILLING,
  cascade_on_destroy: DEPLOYMENT,
  channel: cloud("there is one version: this one"),
  deployment: DEPLOYMENT,
  dry_run: cloud("nothing is created: `lakelet pipeline dry-run` checks a pipeline"),
  edition: cloud("expectations and AUTO CDC are there in each edition"),
  environment: cloud("sources are SQL and TypeScript: they import from the project's node_modules"),
  expected_last_modified: DEPLOYMENT,
  filters: ["not-yet", "all sources of the pipeline are taken"],
  "libraries.jar": cloud("sources are SQL and TypeScript"),
  "libraries.maven": cloud("sources are SQL and TypeScript"),
  "libraries.whl": cloud("sources are SQL and TypeScript"),
  lifecycle: DEPLOYMENT,
  permissions: ACCESS,
  photon: cloud("the engine is DuckDB"),
  restart_window: cloud("no platform is maintained here"),
  rewind_generation_interval: cloud("no platform is maintained here"),
  root_path: cloud("it is for the editor and for Python's imports"),
  run_as: ACCESS,
  serverless: MACHINE,
  serverless_compute_id: MACHINE,
  storage: cloud("tables are in the warehouse, and progress is in the tables themselves"),
  tags: BILLING,
  trigger: cloud("an update is started by `lakelet pipeline run` or a pipeline_task of a job with a schedule"),
  usage_policy_id: BILLING,
};

const OF_CLUSTER: Readonly<Record<string, Reason>> = {
  ...CLUSTER,
  autoscale: MACHINE,
  label: MACHINE,
  num_workers: MACHINE,
  spark_env_vars: MACHINE,
};

export function pipelineEffects(spec: PipelineSpecBody): readonly Problem[] {
  return [
    ...effectNotices(spec, PIPELINE, []),
    ...(spec.clusters ?? []).flatMap((one, i) => effectNotices(one, OF_CLUSTER, ["clusters", i])),
  ];
}
