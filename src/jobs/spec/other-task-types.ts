/** Task types that only a Databricks workspace can run: known field by field, so that a spec that holds them is read and kept. */
import { z } from "zod";

const texts = z.record(z.string(), z.string());
/** Of every compute with graphics processors. */
export const ACCELERATORS = z.enum(["GPU_1xA10", "GPU_1xH100", "GPU_8xB300", "GPU_8xH100"]);

const source = z.enum(["WORKSPACE", "GIT"]);
const subscriber = z.strictObject({ destination_id: z.string().optional(), user_name: z.string().optional() });

const dashboardAttachment = z.strictObject({
  data_attachment: z
    .strictObject({
      file_format: z.enum(["FILE_FORMAT_CSV", "FILE_FORMAT_EXCEL", "FILE_FORMAT_TSV"]),
      include_applied_filters: z.boolean().optional(),
      widgets: z.array(z.strictObject({ page_id: z.string(), widget_id: z.string() })),
    })
    .optional(),
  page_attachment: z
    .strictObject({
      page_ids: z.array(z.string()).optional(),
      page_selection: z.enum(["PAGE_SELECTION_ALL", "PAGE_SELECTION_SUBSET"]).optional(),
    })
    .optional(),
});

export const dashboardTask = z.strictObject({
  dashboard_id: z.string().optional(),
  filters: texts.optional(),
  subscription: z
    .strictObject({
      attachment: dashboardAttachment.optional(),
      custom_subject: z.string().optional(),
      paused: z.boolean().optional(),
      subscribers: z.array(subscriber).optional(),
    })
    .optional(),
  warehouse_id: z.string().optional(),
});

export const cleanRoomsNotebookTask = z.strictObject({
  clean_room_name: z.string(),
  etag: z.string().optional(),
  notebook_base_parameters: texts.optional(),
  notebook_name: z.string(),
});

export const dbtCloudTask = z.strictObject({
  connection_resource_name: z.string().optional(),
  dbt_cloud_job_id: z.int().optional(),
});

export const dbtPlatformTask = z.strictObject({
  connection_resource_name: z.string().optional(),
  dbt_platform_job_id: z.string().optional(),
});

const storageMode = z.enum(["DIRECT_QUERY", "IMPORT", "DUAL"]);

export const powerBiTask = z.strictObject({
  connection_resource_name: z.string().optional(),
  power_bi_model: z
    .strictObject({
      authentication_method: z.enum(["OAUTH", "PAT"]).optional(),
      model_name: z.string().optional(),
      overwrite_existing: z.boolean().optional(),
      storage_mode: storageMode.optional(),
      workspace_name: z.string().optional(),
    })
    .optional(),
  refresh_after_update: z.boolean().optional(),
  tables: z
    .array(
      z.strictObject({
        catalog: z.string().optional(),
        name: z.string().optional(),
        schema: z.string().optional(),
        storage_mode: storageMode.optional(),
      }),
    )
    .optional(),
  warehouse_id: z.string().optional(),
});

export const pythonOperatorTask = z.strictObject({
  main: z.string().optional(),
  parameters: z.array(z.strictObject({ name: z.string().optional(), value: z.string().optional() })).optional(),
});

export const genAiComputeTask = z.strictObject({
  command: z.string().optional(),
  compute: z
    .strictObject({ gpu_node_pool_id: z.string().optional(), gpu_type: z.string().optional(), num_gpus: z.int() })
    .optional(),
  dl_runtime_image: z.string(),
  mlflow_experiment_name: z.string().optional(),
  source: source.optional(),
  training_script_path: z.string().optional(),
  yaml_parameters: z.string().optional(),
  yaml_parameters_file_path: z.string().optional(),
});

export const aiRuntimeTask = z.strictObject({
  code_source_path: z.string().optional(),
  deployments: z.array(
    z.strictObject({
      command_path: z.string(),
      compute: z.strictObject({
        accelerator_count: z.int(),
        accelerator_type: ACCELERATORS,
        provisioned_capacity_id: z.string().optional(),
      }),
      name: z.string().optional(),
    }),
  ),
  docker_image_url: z.string().optional(),
  experiment: z.string(),
  mlflow_artifact_location: z.string().optional(),
  mlflow_experiment_directory: z.string().optional(),
  mlflow_run: z.string().optional(),
  priority_class: z.enum(["BEST_EFFORT", "CRITICAL", "NORMAL"]).optional(),
  unity_catalog_image_path: z.string().optional(),
});

export const alertTask = z.strictObject({
  alert_id: z.string().optional(),
  parameters: texts.optional(),
  subscribers: z.array(subscriber).optional(),
  warehouse_id: z.string().optional(),
  workspace_path: z.string().optional(),
});
