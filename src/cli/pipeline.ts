/** `lakelet pipeline run | dry-run | list | show | events` */
import { Command } from "commander";
import type { UpdateResult } from "../workspace/pipelines/project-pipeline.js";
import { type BundleOptions, bundleChoice, targetOption, variableOption } from "./bundle-option.js";
import { EXIT_FAILED, ExitError } from "./exit.js";
import { interruptible } from "./interruption.js";
import { type Parameters, parameterOption } from "./parameter-option.js";
import { positiveInteger } from "./whole-number.js";

const PIPELINE =
  "a spec, a .sql or .ts source, a folder of them, or a name under pipelines/; bundle.yml#key for one of several";

interface RunOptions extends BundleOptions {
  readonly refresh?: readonly string[];
  readonly fullRefresh?: readonly string[];
  readonly fullRefreshAll?: boolean;
  readonly resetCheckpoint?: readonly string[];
  readonly param: Parameters;
  readonly dev?: boolean;
  readonly once?: boolean;
  readonly json?: boolean;
}

export function pipelineCommand(): Command {
  const pipeline = new Command("pipeline").description(
    "declarative pipelines: streaming tables, materialized views, AUTO CDC",
  );
  const update = (name: string, description: string) =>
    pipeline
      .command(name)
      .description(description)
      .argument("<pipeline>", PIPELINE)
      .option("--refresh <tables>", "only these tables, separated by commas", names)
      .option(
        "--full-refresh <tables>",
        "compute these tables anew from their sources: their rows and progress go first",
        names,
      )
      .option("--full-refresh-all", "compute all tables anew")
      .option(
        "--reset-checkpoint <tables>",
        "read the sources of these streaming tables from their beginning; rows stay",
        names,
      )
      .addOption(parameterOption("a value of the pipeline's configuration, key and value; beats the spec"))
      .option("--dev", "development mode: a flow that fails is not tried again")
      .option("--no-dev", "production mode, whatever the spec says")
      .addOption(targetOption())
      .addOption(variableOption());
  update("run", "update a pipeline: new rows to its streaming tables, its materialized views brought up to date")
    .option("--once", "of a continuous pipeline: one update and no more")
    .option("--json", "print the update as JSON, and nothing else")
    .action((wanted: string, options: RunOptions) => run(wanted, options, false));
  update("dry-run", "check a pipeline as an update would, and write nothing")
    .option("--json", "print what was found as JSON, and nothing else")
    .action((wanted: string, options: RunOptions) => run(wanted, options, true));
  pipeline
    .command("list", { isDefault: true })
    .description("the pipelines of this project, and how their last updates ended")
    .option("--json", "as JSON")
    .addOption(targetOption())
    .addOption(variableOption())
    .action(list);
  pipeline
    .command("show")
    .description("what a pipeline declares: its tables, views and flows")
    .argument("<pipeline>", PIPELINE)
    .option("--json", "as JSON")
    .addOption(targetOption())
    .addOption(variableOption())
    .action(show);
  pipeline
    .command("events")
    .description("the event log of a pipeline's last update")
    .argument("<pipeline>", PIPELINE)
    .option("--update <id>", "of this update; the beginning of its id is enough")
    .option("--level <levels>", "only these: INFO, WARN, ERROR, METRICS", names)
    .option("--event-type <type>", "only these, e.g. flow_progress")
    .option("-n, --limit <count>", "how many, the newest", positiveInteger, 100)
    .option("--json", "as JSON, with details")
    .addOption(targetOption())
    .addOption(variableOption())
    .action(events);
  return pipeline;
}

function names(text: string): readonly string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

async function run(wanted: string, options: RunOptions, dryRun: boolean): Promise<void> {
  const [{ updateProjectPipeline }, { openPipelineView }] = await Promise.all([
    import("../workspace/pipelines/project-pipeline.js"),
    import("./progress/pipeline-view.js"),
  ]);
  const interruption = interruptible();
  const view = openPipelineView(options.json ?? false);
  let result: UpdateResult;
  try {
    result = await updateProjectPipeline({
      wanted,
      bundle: bundleChoice(options),
      configuration: options.param,
      ...(options.dev !== undefined && { development: options.dev }),
      selection: {
        refresh: options.refresh ?? [],
        fullRefresh: options.fullRefresh ?? [],
        resetCheckpoint: options.resetCheckpoint ?? [],
        fullRefreshAll: options.fullRefreshAll ?? false,
      },
      dryRun,
      once: options.once ?? false,
      signal: interruption.signal,
      onLoaded: view.loaded,
      onEvent: view.event,
      onUpdate: view.finish,
    });
  } finally {
    view.close();
  }
  if (interruption.code !== undefined) throw new ExitError(interruption.code);
  if (result.state !== "COMPLETED") throw new ExitError(EXIT_FAILED);
}

async function list(options: BundleOptions & { readonly json?: boolean }): Promise<void> {
  const [{ listPipelines }, { pipelineListLines, pipelineListBody }, { paintFor }] = await Promise.all([
    import("../workspace/pipelines/pipeline-history.js"),
    import("./progress/pipeline-lines.js"),
    import("./progress/words.js"),
  ]);
  const pipelines = await listPipelines(bundleChoice(options));
  print(options.json ? [json(pipelineListBody(pipelines))] : pipelineListLines(pipelines, paintFor(process.stdout)));
}

async function show(wanted: string, options: BundleOptions & { readonly json?: boolean }): Promise<void> {
  const [{ showPipeline }, { pipelineBody, pipelineLines }, { paintFor }] = await Promise.all([
    import("../workspace/pipelines/pipeline-history.js"),
    import("./progress/pipeline-lines.js"),
    import("./progress/words.js"),
  ]);
  const shown = await showPipeline(wanted, bundleChoice(options));
  print(options.json ? [json(pipelineBody(shown))] : pipelineLines(shown, paintFor(process.stdout)));
}

interface EventsOptions extends BundleOptions {
  readonly update?: string;
  readonly level?: readonly string[];
  readonly eventType?: string;
  readonly limit: number;
  readonly json?: boolean;
}

async function events(wanted: string, options: EventsOptions): Promise<void> {
  const [{ pipelineEvents }, { eventBody, eventLines }, { paintFor }] = await Promise.all([
    import("../workspace/pipelines/pipeline-history.js"),
    import("./progress/pipeline-lines.js"),
    import("./progress/words.js"),
  ]);
  const found = await pipelineEvents(wanted, bundleChoice(options), {
    limit: options.limit,
    ...(options.update !== undefined && { updateId: options.update }),
    ...(options.level && { level: options.level }),
    ...(options.eventType !== undefined && { eventType: options.eventType }),
  });
  print(options.json ? [json(found.map(eventBody))] : eventLines(found, paintFor(process.stdout)));
}

function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}

function print(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
