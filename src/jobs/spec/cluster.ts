/** Compute as the Jobs API describes it: clusters, libraries, environments. */
import { z } from "zod";

const texts = z.record(z.string(), z.string());

export const autoScale = z.strictObject({
  min_workers: z.int().min(0).optional(),
  max_workers: z.int().min(0).optional(),
});

export const awsAttributes = z.strictObject({
  availability: z.enum(["ON_DEMAND", "SPOT", "SPOT_WITH_FALLBACK"]).optional(),
  ebs_volume_count: z.int().optional(),
  ebs_volume_iops: z.int().optional(),
  ebs_volume_size: z.int().optional(),
  ebs_volume_throughput: z.int().optional(),
  ebs_volume_type: z.enum(["GENERAL_PURPOSE_SSD", "THROUGHPUT_OPTIMIZED_HDD"]).optional(),
  first_on_demand: z.int().optional(),
  instance_profile_arn: z.string().optional(),
  spot_bid_price_percent: z.int().optional(),
  zone_id: z.string().optional(),
});

export const azureAttributes = z.strictObject({
  availability: z.enum(["ON_DEMAND_AZURE", "SPOT_AZURE", "SPOT_WITH_FALLBACK_AZURE"]).optional(),
  capacity_reservation_group: z.string().optional(),
  first_on_demand: z.int().optional(),
  log_analytics_info: z
    .strictObject({
      log_analytics_primary_key: z.string().optional(),
      log_analytics_workspace_id: z.string().optional(),
    })
    .optional(),
  spot_bid_max_price: z.number().optional(),
});

export const gcpAttributes = z.strictObject({
  availability: z.enum(["PREEMPTIBLE_GCP", "ON_DEMAND_GCP", "PREEMPTIBLE_WITH_FALLBACK_GCP"]).optional(),
  boot_disk_size: z.int().optional(),
  confidential_compute_type: z.string().optional(),
  first_on_demand: z.int().optional(),
  google_service_account: z.string().optional(),
  local_ssd_count: z.int().optional(),
  use_preemptible_executors: z.boolean().optional(),
  zone_id: z.string().optional(),
});

const destination = z.strictObject({ destination: z.string() });
const s3 = destination.extend({
  canned_acl: z.string().optional(),
  enable_encryption: z.boolean().optional(),
  encryption_type: z.string().optional(),
  endpoint: z.string().optional(),
  kms_key: z.string().optional(),
  region: z.string().optional(),
});
const flexibility = z.strictObject({
  alternate_node_type_ids: z.array(z.string()).optional(),
  aws_context_id: z.string().optional(),
});

export const clusterSpec = z.strictObject({
  apply_policy_default_values: z.boolean().optional(),
  autoscale: autoScale.optional(),
  autotermination_minutes: z.int().optional(),
  aws_attributes: awsAttributes.optional(),
  azure_attributes: azureAttributes.optional(),
  cluster_log_conf: z
    .strictObject({ dbfs: destination.optional(), s3: s3.optional(), volumes: destination.optional() })
    .optional(),
  cluster_name: z.string().optional(),
  custom_tags: texts.optional(),
  data_security_mode: z.string().optional(),
  dependency_mode: z.string().optional(),
  docker_image: z
    .strictObject({
      basic_auth: z.strictObject({ password: z.string().optional(), username: z.string().optional() }).optional(),
      url: z.string().optional(),
    })
    .optional(),
  driver_instance_pool_id: z.string().optional(),
  driver_node_type_flexibility: flexibility.optional(),
  driver_node_type_id: z.string().optional(),
  enable_elastic_disk: z.boolean().optional(),
  enable_local_disk_encryption: z.boolean().optional(),
  gcp_attributes: gcpAttributes.optional(),
  init_scripts: z
    .array(
      z.strictObject({
        abfss: destination.optional(),
        dbfs: destination.optional(),
        file: destination.optional(),
        gcs: destination.optional(),
        s3: s3.optional(),
        volumes: destination.optional(),
        workspace: destination.optional(),
      }),
    )
    .optional(),
  instance_pool_id: z.string().optional(),
  is_single_node: z.boolean().optional(),
  kind: z.string().optional(),
  node_type_id: z.string().optional(),
  num_workers: z.int().min(0).optional(),
  policy_id: z.string().optional(),
  remote_disk_throughput: z.int().optional(),
  runtime_engine: z.enum(["NULL", "STANDARD", "PHOTON"]).optional(),
  single_user_name: z.string().optional(),
  spark_conf: texts.optional(),
  spark_env_vars: texts.optional(),
  spark_version: z.string().optional(),
  ssh_public_keys: z.array(z.string()).optional(),
  total_initial_remote_disk_size: z.int().optional(),
  use_ml_runtime: z.boolean().optional(),
  worker_node_type_flexibility: flexibility.optional(),
  workload_type: z
    .strictObject({
      clients: z.strictObject({ jobs: z.boolean().optional(), notebooks: z.boolean().optional() }),
    })
    .optional(),
});
export type ClusterSpec = z.infer<typeof clusterSpec>;

export const jobCluster = z.strictObject({
  job_cluster_key: z.string().min(1),
  new_cluster: clusterSpec.optional(),
  serverless_compute_id: z.string().optional(),
});

const packageSource = z.strictObject({ package: z.string(), repo: z.string().optional() });

export const library = z.strictObject({
  cran: packageSource.optional(),
  egg: z.string().optional(),
  jar: z.string().optional(),
  maven: z
    .strictObject({ coordinates: z.string(), exclusions: z.array(z.string()).optional(), repo: z.string().optional() })
    .optional(),
  pypi: packageSource.optional(),
  requirements: z.string().optional(),
  whl: z.string().optional(),
});

export const jobEnvironment = z.strictObject({
  environment_key: z.string().min(1),
  spec: z
    .strictObject({
      base_environment: z.string().optional(),
      client: z.string().optional(),
      dependencies: z.array(z.string()).optional(),
      environment_version: z.string().optional(),
      project_environment: z.string().optional(),
      java_dependencies: z.array(z.string()).optional(),
      jar_dependencies: z.array(z.string()).optional(),
    })
    .optional(),
});
