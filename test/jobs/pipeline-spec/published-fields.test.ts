/** The schema of a pipeline's spec against the published one, and each of its keys either acted on here or told to have no effect. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { pipelineSpec } from "../../../src/jobs/pipeline-spec/pipeline-spec-schema.js";
import { readPipelineSpec } from "../../../src/jobs/pipeline-spec/read-pipeline-spec.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

/** databricks/cli 7bbe285 (bundle/schema/jsonschema.json, resources.Pipeline); databricks-sdk (service.pipelines.CreatePipeline). */
const PUBLISHED: Readonly<Record<string, string>> = {
  "": `allow_duplicate_names budget_policy_id cascade_on_destroy catalog channel clusters configuration continuous development edition environment
    event_log filters gateway_definition id ingestion_definition libraries lifecycle name notifications parameters permissions photon restart_window
    root_path run_as schema serverless serverless_compute_id storage tags target trigger usage_policy_id
    access_control_list deployment dry_run expected_last_modified rewind_generation_interval`,
  clusters: `apply_policy_default_values autoscale aws_attributes azure_attributes cluster_log_conf custom_tags driver_instance_pool_id
    driver_node_type_id enable_local_disk_encryption gcp_attributes init_scripts instance_pool_id label node_type_id num_workers policy_id spark_conf
    spark_env_vars ssh_public_keys`,
  libraries: "file glob jar maven notebook whl",
  environment: "dependencies environment_version",
  event_log: "catalog name schema",
  filters: "exclude include",
  notifications: "alerts email_recipients",
  restart_window: "days_of_week start_hour time_zone_id",
  run_as: "service_principal_name user_name",
};

function keysOf(schema: unknown): readonly string[] {
  let inner: unknown = schema;
  for (;;) {
    if (inner instanceof z.ZodOptional) inner = inner.unwrap();
    else if (inner instanceof z.ZodArray) inner = inner.element;
    else return inner instanceof z.ZodObject ? Object.keys(inner.shape).sort() : [];
  }
}

test.each(Object.entries(PUBLISHED))("the keys of %s", (key, published) => {
  const schema = key === "" ? pipelineSpec : pipelineSpec.shape[key as keyof typeof pipelineSpec.shape];
  expect(keysOf(schema)).toEqual(published.split(/\s+/).sort());
});

/** What a spec says that matters here. */
const ACTED_ON = new Set(
  "catalog clusters configuration continuous development event_log id libraries name notifications parameters schema target".split(
    " ",
  ),
);
const REFUSED = new Set(["gateway_definition", "ingestion_definition"]);
/** Not beside `schema`. */
const EXCLUSIVE = "target";

const SAMPLES: Readonly<Record<string, unknown>> = {
  libraries: [{ file: { path: "a.sql" } }],
  notifications: [{ alerts: ["on-update-success"], email_recipients: ["a@b.c"] }],
  event_log: { name: "log" },
  restart_window: { start_hour: 1 },
};

function sampleOf(key: string, schema: unknown): unknown {
  if (key in SAMPLES) return SAMPLES[key];
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  if (inner instanceof z.ZodArray) return [{}];
  if (inner instanceof z.ZodObject || inner instanceof z.ZodRecord) return {};
  if (inner instanceof z.ZodBoolean) return true;
  return inner instanceof z.ZodNumber ? 1 : "x";
}

test("each key is acted on, refused, or told to have no effect, with its line", () => {
  const shape = Object.entries(pipelineSpec.shape).filter(([key]) => !REFUSED.has(key) && key !== EXCLUSIVE);
  const body = Object.fromEntries(shape.map(([key, schema]) => [key, sampleOf(key, schema)]));
  const file = join(temporaryFolder({}), "pipeline.json");
  writeFileSync(file, JSON.stringify(body, undefined, 1));
  const told = readPipelineSpec(file).notices;
  const silent = shape.map(([key]) => key).filter((key) => !told.some(({ path }) => path[0] === key));
  expect(silent.filter((key) => !ACTED_ON.has(key))).toEqual([]);
  expect(new Set(told.map(({ location }) => location.line)).size).toBe(told.length);
});
