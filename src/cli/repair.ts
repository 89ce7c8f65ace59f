/** `lakelet repair <run id>` */
import { Command, Option } from "commander";
import type { ContinueOptions } from "../workspace/repair-run.js";
import { variableOption } from "./bundle-option.js";
import { EXIT_FAILED, ExitError } from "./exit.js";
import { interruptible } from "./interruption.js";
import { type Parameters, parameterOption } from "./parameter-option.js";

interface RepairCommandOptions {
  readonly rerunTasks?: string;
  readonly rerunDependentTasks?: boolean;
  readonly param: Parameters;
  readonly latestRepairId?: string;
  readonly var: Parameters;
  readonly json?: boolean;
}

export function repairCommand(): Command {
  return new Command("repair")
    .description("run tasks of a run again, with the job's settings of now; without options all that did not succeed")
    .argument("<run id>")
    .addOption(new Option("--rerun-tasks <tasks>", "these tasks, separated by commas; a disabled one runs, too"))
    .addOption(new Option("--all-failed", "all tasks that did not succeed").conflicts("rerunTasks"))
    .option("--rerun-dependent-tasks", "also what depends on them, even where it succeeded")
    .addOption(parameterOption("a parameter from here on; beats what the run was given"))
    .option("--latest-repair-id <id>", "the id of the repair before; wanted from the second repair on")
    .addOption(variableOption())
    .option("--json", "print the run as Databricks' runs/get does, and nothing else")
    .action(repair);
}

async function repair(runId: string, options: RepairCommandOptions): Promise<void> {
  const { rerunTasks, rerunDependentTasks = false, param, latestRepairId, json } = options;
  const { repairLines } = await import("./progress/repair-lines.js");
  await goOnWith(json ?? false, async ({ repairRun, ...rest }) =>
    repairRun({
      ...rest,
      runId,
      variables: options.var,
      planned: (before, rerun) => {
        for (const line of json ? [] : repairLines(before, rerun)) process.stdout.write(`${line}\n`);
      },
      parameters: param,
      request: {
        rerunDependentTasks,
        ...(rerunTasks !== undefined && { rerunTasks: rerunTasks.split(",").map((task) => task.trim()) }),
        ...(latestRepairId !== undefined && { latestRepairId }),
      },
    }),
  );
}

/** `lakelet runs resume <run id>` */
export async function resume(runId: string, { json }: { readonly json?: boolean }): Promise<void> {
  await goOnWith(json ?? false, async ({ resumeRun, ...rest }) => resumeRun({ ...rest, runId }));
}

type Workspace = typeof import("../workspace/repair-run.js");
type Continued = Awaited<ReturnType<Workspace["resumeRun"]>>;
type Around = Omit<ContinueOptions, "runId"> & Workspace;

async function goOnWith(json: boolean, begin: (around: Around) => Promise<Continued>): Promise<void> {
  const { startWorkers } = await import("../workspace/start-workers.js");
  const workers = startWorkers();
  try {
    const [{ openProject }, workspace, { runBody }, { openView }] = await Promise.all([
      import("../workspace/project.js"),
      import("../workspace/repair-run.js"),
      import("../workspace/run-job.js"),
      import("./progress/view.js"),
    ]);
    const project = openProject();
    const view = openView(json);
    const interruption = interruptible();
    const { signal } = interruption;
    const { state, job } = await begin({ ...workspace, project, workers, listeners: [view], signal });
    view.finish(state, { warehouse: project.warehouse, notices: job.notices });
    if (json) process.stdout.write(`${JSON.stringify(runBody(state), undefined, 2)}\n`);
    if (interruption.code !== undefined) throw new ExitError(interruption.code);
    if (state.resultState !== "SUCCESS") throw new ExitError(EXIT_FAILED);
  } finally {
    await workers.close();
  }
}
