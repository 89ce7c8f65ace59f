/** A declarative pipeline ready to be updated: found, its spec read and checked, its sources there. */
import { basename, dirname, extname, relative, sep } from "node:path";
import { invalidPipelineSpec } from "../../jobs/pipeline-spec/pipeline-source.js";
import type { PipelineSpecBody } from "../../jobs/pipeline-spec/pipeline-spec-schema.js";
import { type PipelineSpec, readPipelineSpec } from "../../jobs/pipeline-spec/read-pipeline-spec.js";
import { inOrder, type LocatedProblem } from "../../jobs/spec/problem.js";
import type { PipelineSettings } from "../../pipeline/update.js";
import type { BundleChoice } from "../job-lookup.js";
import type { Project } from "../project-defaults.js";
import { sparkConfProblem } from "../spark-conf-notices.js";
import { type FoundPipeline, findPipeline, SOURCES, sourcesIn } from "./pipeline-lookup.js";
import { sourceFiles } from "./source-files.js";

export interface LoadedPipeline {
  readonly reference: string;
  /** Of the spec, or of the sources where there is none, from the working folder. */
  readonly file: string;
  readonly settings: PipelineSettings;
  /** Absolute, in the order in which they are read. */
  readonly sources: readonly string[];
  /** Of the spec; undefined without one. */
  readonly spec: PipelineSpecBody | undefined;
  readonly target: string | undefined;
  readonly notices: readonly LocatedProblem[];
}

export interface PipelineOptions {
  readonly bundle?: BundleChoice;
  /** `--param`: beats the configuration and the parameters of the spec. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** `--dev`, or its opposite; what the spec says where absent. */
  readonly development?: boolean;
}

const DEFAULT_CATALOG = "main";
const DEFAULT_SCHEMA = "default";

/** @throws PIPELINE_NOT_FOUND, INVALID_PIPELINE_SPEC, MALFORMED_DOCUMENT */
export function loadPipeline(project: Project, wanted: string, options: PipelineOptions = {}): LoadedPipeline {
  return loadFoundPipeline(project, findPipeline(project, wanted), options);
}

export function loadFoundPipeline(project: Project, found: FoundPipeline, options: PipelineOptions): LoadedPipeline {
  return found.kind === "spec" ? fromSpec(project, found, options) : fromSources(project, found, options);
}

function fromSpec(project: Project, found: FoundPipeline, options: PipelineOptions): LoadedPipeline {
  const target = options.bundle?.target ?? found.target;
  const spec = readPipelineSpec(found.path, {
    nameOf: shown,
    ...options.bundle,
    ...(target !== undefined && { target }),
    ...(found.bundleKey !== undefined && { bundleKey: found.bundleKey }),
  });
  const libraries = spec.settings.libraries ?? [];
  const { files, problems } = sourceFiles(libraries, project.paths, dirname(spec.file));
  const conf = sparkConf(spec);
  const refused = [...problems.map((one) => spec.at(one)), ...conf.filter((one) => one.severity === "error")];
  if (refused.length > 0) throw invalidPipelineSpec(refused);
  return {
    reference: found.reference,
    file: shown(spec.file),
    settings: settingsOf(project, spec, options),
    sources: files,
    spec: spec.settings,
    target: spec.bundle?.target,
    notices: inOrder([...spec.notices, ...conf]),
  };
}

/** Keys of Spark without effect; any other key is for the sources to read. */
function sparkConf({ settings, at }: PipelineSpec): readonly LocatedProblem[] {
  const clusters = (settings.clusters ?? []).map((one, i) => [one.spark_conf, ["clusters", i, "spark_conf"]] as const);
  return [[settings.configuration, ["configuration"]] as const, ...clusters].flatMap(([conf = {}, path]) =>
    Object.entries(conf).flatMap(([key, value]) => {
      if (!key.startsWith("spark.")) return [];
      const problem = sparkConfProblem(key, value, [...path, key]);
      return problem === undefined ? [] : [at(problem, problem.severity === "error" ? "value" : "key")];
    }),
  );
}

/** A folder or a file of sources alone: called as it is, in main.default. */
function fromSources(project: Project, found: FoundPipeline, options: PipelineOptions): LoadedPipeline {
  const single = SOURCES.includes(extname(found.path));
  const id = inProject(project, found.path);
  return {
    reference: found.reference,
    file: shown(found.path),
    settings: withEventLog({
      id,
      name: basename(found.path, single ? extname(found.path) : ""),
      catalog: DEFAULT_CATALOG,
      schema: DEFAULT_SCHEMA,
      development: options.development ?? false,
      continuous: false,
      configuration: options.configuration ?? {},
    }),
    sources: single ? [found.path] : sourcesIn(found.path).filter((file) => SOURCES.includes(extname(file))),
    spec: undefined,
    target: undefined,
    notices: [],
  };
}

function settingsOf(project: Project, spec: PipelineSpec, options: PipelineOptions): PipelineSettings {
  const { settings, bundleKey, file } = spec;
  const id = bundleKey ?? settings.id ?? idOfFile(project, file);
  const clusters = (settings.clusters ?? []).filter(({ label = "default" }) => label === "default");
  const clusterConf = Object.assign({}, ...clusters.map((one) => one.spark_conf ?? {}));
  return withEventLog(
    {
      id,
      name: settings.name ?? id,
      catalog: settings.catalog ?? DEFAULT_CATALOG,
      schema: settings.schema ?? settings.target ?? DEFAULT_SCHEMA,
      development: options.development ?? settings.development ?? false,
      continuous: settings.continuous ?? false,
      configuration: {
        ...clusterConf,
        ...settings.configuration,
        ...settings.parameters,
        ...options.configuration,
      },
    },
    settings.event_log,
  );
}

/** As Databricks names it where the spec does not: `event_log_<id>`. */
function withEventLog(
  settings: Omit<PipelineSettings, "eventLog">,
  { catalog, schema, name }: NonNullable<PipelineSpecBody["event_log"]> = {},
): PipelineSettings {
  return {
    ...settings,
    eventLog: {
      catalog: catalog ?? settings.catalog,
      schema: schema ?? settings.schema,
      name: name ?? `event_log_${settings.id.replace(/[^\p{L}\p{N}]+/gu, "_")}`,
    },
  };
}

/** `pipelines/orders` for `pipelines/orders/pipeline.yml` and for `pipelines/orders.yml`. */
function idOfFile(project: Project, file: string): string {
  const path = inProject(project, file);
  return path.replace(/\/(?:spark-)?pipeline\.(?:json|ya?ml)$/, "").replace(/\.(?:json|ya?ml)$/, "");
}

function inProject(project: Project, path: string): string {
  return relative(project.root, path).split(sep).join("/") || ".";
}

function shown(file: string): string {
  return relative(process.cwd(), file) || file;
}
