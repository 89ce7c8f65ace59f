/** `lakelet run <job>` */
import { Command } from "commander";
import type { Project } from "../workspace/project.js";
import type { RunState } from "../workspace/run-job.js";
import { type BundleOptions, bundleChoice, targetOption, variableOption } from "./bundle-option.js";
import { EXIT_FAILED, ExitError } from "./exit.js";
import { interruptible } from "./interruption.js";
import { type Parameters, parameterOption } from "./parameter-option.js";

interface RunOptions extends BundleOptions {
  readonly param: Parameters;
  readonly paramsFile?: string;
  readonly only?: string;
  readonly json?: boolean;
}

export function runCommand(): Command {
  return new Command("run")
    .description("run a job: a path, or a name under pipelines/")
    .argument("<job>", "job.json, job.yml, or a job's name; bundle.yml#key for one of several")
    .addOption(parameterOption("a parameter of this run; beats the job's own value"))
    .option("--params-file <file>", "parameters as JSON or YAML: names and values, or the body of Databricks' run-now")
    .option("--only <tasks>", "only these tasks, separated by commas; `+t` with all before, `t+` with all after")
    .addOption(targetOption())
    .addOption(variableOption())
    .option("--json", "print the run as Databricks' runs/get does, and nothing else")
    .action(run);
}

async function run(jobName: string, options: RunOptions): Promise<void> {
  const { startWorkers } = await import("../workspace/start-workers.js");
  // The first process loads the engine while this one reads the spec.
  const workers = startWorkers();
  try {
    const [{ openProject }, { loadJob, unknownParameters }, { runJob, runBody }, { openView }] = await Promise.all([
      import("../workspace/project.js"),
      import("../workspace/load-job.js"),
      import("../workspace/run-job.js"),
      import("./progress/view.js"),
    ]);
    const project = openProject();
    const job = loadJob(project, jobName, tasksOf(options.only), bundleChoice(options));
    const given = await givenParameters(options);
    const { parameters } = given;
    const notices = [...job.notices, ...unknownParameters(project, job, Object.keys(parameters))];
    const view = openView(options.json ?? false);
    const interruption = interruptible();
    const { signal } = interruption;
    const state = await runJob({ project, job, ...given, workers, listeners: [view], signal });
    view.finish(state, { warehouse: project.warehouse, notices });
    if (!options.json) await printNotifications(project, state);
    if (options.json) process.stdout.write(`${JSON.stringify(runBody(state), undefined, 2)}\n`);
    if (interruption.code !== undefined) throw new ExitError(interruption.code);
    if (state.resultState !== "SUCCESS") throw new ExitError(EXIT_FAILED);
  } finally {
    await workers.close();
  }
}

function tasksOf(only: string | undefined): readonly string[] {
  return only?.split(",").map((task) => task.trim()) ?? [];
}

/** Who was told of the run, and who could not be. */
async function printNotifications(project: Project, state: RunState): Promise<void> {
  const { tellsAnybody } = await import("../workspace/run-notifications.js");
  if (!tellsAnybody(state)) return;
  const [{ notificationsOfRun }, { notificationSummary }] = await Promise.all([
    import("../workspace/notifications.js"),
    import("./progress/delivery-lines.js"),
  ]);
  const lines = notificationSummary(notificationsOfRun(project, state.created.runId));
  if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`);
}

/** `--param` beats the file. */
async function givenParameters({ param, paramsFile }: RunOptions) {
  if (paramsFile === undefined) return { parameters: param };
  const { readRunParameterFile } = await import("../workspace/run-parameter-file.js");
  const { parameters, runParameters } = readRunParameterFile(paramsFile);
  return { parameters: { ...parameters, ...param }, ...(runParameters && { runParameters }) };
}
