/** What may stand in databricks.yml besides the jobs themselves, as `databricks bundle` reads it. */
import { z } from "zod";

const opaque = z.looseObject({});
const text = z.string();
const git = z.looseObject({ branch: text.optional(), origin_url: text.optional() });
const principal = z.strictObject({
  group_name: text.optional(),
  service_principal_name: text.optional(),
  user_name: text.optional(),
});
const permissions = z.array(z.looseObject({ level: text }));

/** Kinds of resources that a bundle may declare. Jobs run here; the others are kept and reported. */
export const RESOURCE_KINDS = [
  "alerts",
  "apps",
  "catalogs",
  "cluster_policies",
  "clusters",
  "dashboards",
  "database_catalogs",
  "database_instances",
  "experiments",
  "external_locations",
  "features",
  "genie_spaces",
  "instance_pools",
  "job_runs",
  "jobs",
  "mcp_services",
  "model_provider_services",
  "model_services",
  "model_serving_endpoints",
  "models",
  "pipelines",
  "postgres_branches",
  "postgres_catalogs",
  "postgres_databases",
  "postgres_endpoints",
  "postgres_projects",
  "postgres_roles",
  "postgres_synced_tables",
  "quality_monitors",
  "registered_models",
  "schemas",
  "secret_scopes",
  "secrets",
  "sql_warehouses",
  "synced_database_tables",
  "vector_search_endpoints",
  "vector_search_indexes",
  "volumes",
] as const;

/** `my_job:` with nothing under it is null. */
const resourceMap = z.record(text, opaque.nullable()).nullable().optional();
const resources = z.strictObject(
  Object.fromEntries(RESOURCE_KINDS.map((kind) => [kind, resourceMap])) as Record<
    (typeof RESOURCE_KINDS)[number],
    typeof resourceMap
  >,
);

export const LOOKUPS = [
  "alert",
  "cluster",
  "cluster_policy",
  "dashboard",
  "instance_pool",
  "job",
  "metastore",
  "notification_destination",
  "pipeline",
  "query",
  "service_principal",
  "warehouse",
] as const;

const lookup = z.strictObject(
  Object.fromEntries(LOOKUPS.map((kind) => [kind, text.optional()])) as Record<
    (typeof LOOKUPS)[number],
    z.ZodOptional<z.ZodString>
  >,
);

const variable = z.strictObject({
  default: z.unknown().optional(),
  description: text.optional(),
  lookup: lookup.optional(),
  tags: opaque.optional(),
  type: z.enum(["complex"]).optional(),
  value: z.unknown().optional(),
});

const presets = z.strictObject({
  artifacts_dynamic_version: z.boolean().optional(),
  jobs_max_concurrent_runs: z.union([z.int(), text]).optional(),
  name_prefix: text.optional(),
  pipelines_development: z.union([z.boolean(), text]).optional(),
  source_linked_deployment: z.union([z.boolean(), text]).optional(),
  tags: z.record(text, z.union([text, z.number(), z.boolean()])).optional(),
  trigger_pause_status: text.optional(),
});

const bundle = z.strictObject({
  cluster_id: text.optional(),
  compute_id: text.optional(),
  databricks_cli_version: text.optional(),
  deployment: opaque.optional(),
  engine: text.optional(),
  git: git.optional(),
  name: text.optional(),
  uuid: text.optional(),
});

const workspace = z.strictObject({
  account_id: text.optional(),
  artifact_path: text.optional(),
  auth_type: text.optional(),
  azure_client_id: text.optional(),
  azure_environment: text.optional(),
  azure_login_app_id: text.optional(),
  azure_tenant_id: text.optional(),
  azure_use_msi: z.boolean().optional(),
  azure_workspace_resource_id: text.optional(),
  client_id: text.optional(),
  experimental_is_unified_host: z.boolean().optional(),
  file_path: text.optional(),
  google_service_account: text.optional(),
  host: text.optional(),
  profile: text.optional(),
  resource_path: text.optional(),
  root_path: text.optional(),
  state_path: text.optional(),
  workspace_id: z.union([text, z.number()]).optional(),
});

const shared = {
  artifacts: z.record(text, opaque).nullable().optional(),
  bundle: bundle.nullable().optional(),
  permissions: permissions.nullable().optional(),
  presets: presets.nullable().optional(),
  resources: resources.nullable().optional(),
  run_as: principal.nullable().optional(),
  sync: z
    .strictObject({
      exclude: z.array(text).optional(),
      include: z.array(text).optional(),
      paths: z.array(text).optional(),
    })
    .nullable()
    .optional(),
  workspace: workspace.nullable().optional(),
};

const targetVariable = z.union([
  variable,
  text,
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.unknown()),
  // The value of a complex variable, written without `default:`.
  opaque,
]);

export const MODES = ["development", "production"] as const;

const target = z.strictObject({
  ...shared,
  cluster_id: text.optional(),
  compute_id: text.optional(),
  default: z.boolean().optional(),
  git: git.optional(),
  mode: z.enum(MODES).optional(),
  variables: z.record(text, targetVariable).nullable().optional(),
});

const targets = z.record(text, target.nullable()).nullable().optional();

/** A root file or an included one; `environments` is the older name of `targets`. */
export const bundleFile = z.strictObject({
  ...shared,
  definitions: opaque.optional(),
  environments: targets,
  experimental: opaque.nullable().optional(),
  include: z.array(text).nullable().optional(),
  python: opaque.nullable().optional(),
  scripts: z.record(text, opaque).nullable().optional(),
  targets,
  variables: z.record(text, variable.nullable()).nullable().optional(),
});
