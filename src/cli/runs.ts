/** `lakelet runs list | show | cancel | resume` */
import { Command, InvalidArgumentError, Option } from "commander";
import { resume } from "./repair.js";
import { positiveInteger } from "./whole-number.js";

export function runsCommand(): Command {
  const runs = new Command("runs").description("the runs of this project");
  runs
    .command("list", { isDefault: true })
    .description("newest first")
    .option("-n, --limit <count>", "how many", positiveInteger, 20)
    .option("--job <name>", "only runs of the job of that name or id")
    .addOption(new Option("--state <state>", "only runs that are, or ended, so").argParser(stateName))
    .option("--active", "only runs that are going or wait for their turn")
    .option("--json", "as Databricks' runs/list does")
    .action(list);
  runs
    .command("show")
    .description("one run: its tasks, and why each one that did not run did not")
    .argument("[run id]", "the newest run where left out")
    .option("--output", "with what each task printed and displayed")
    .option("--json", "as Databricks' runs/get does")
    .action(show);
  runs.command("cancel").description("end a run that is going").argument("<run id>").action(cancel);
  runs
    .command("resume")
    .description("go on with a run whose runner was killed")
    .argument("<run id>")
    .option("--json", "print the run as Databricks' runs/get does, and nothing else")
    .action(resume);
  return runs;
}

const STATES = [
  "SUCCESS",
  "SUCCESS_WITH_FAILURES",
  "FAILED",
  "TIMEDOUT",
  "CANCELED",
  "MAXIMUM_CONCURRENT_RUNS_REACHED",
  "QUEUED",
  "PENDING",
  "RUNNING",
  "TERMINATING",
  "KILLED",
];

function stateName(text: string): string {
  const name = text.toUpperCase();
  if (STATES.includes(name)) return name;
  throw new InvalidArgumentError(`Allowed are ${STATES.join(", ").toLowerCase()}.`);
}

interface ListOptions {
  readonly limit: number;
  readonly job?: string;
  readonly state?: string;
  readonly active?: boolean;
  readonly json?: boolean;
}

async function list({ limit, json, ...filter }: ListOptions): Promise<void> {
  const [{ openProject }, { listRuns, runBody }, { runListLines }] = await Promise.all([
    import("../workspace/project.js"),
    import("../workspace/runs.js"),
    import("./progress/run-list.js"),
  ]);
  const found = listRuns(openProject(), limit, filter);
  const wanted = Object.keys(filter).length > 0;
  const lines = found.length === 0 && wanted ? ["No run is like that."] : runListLines(found);
  const text = json ? JSON.stringify({ runs: found.map(runBody) }, undefined, 2) : lines.join("\n");
  process.stdout.write(`${text}\n`);
}

async function show(runId: string | undefined, options: { readonly output?: boolean; readonly json?: boolean }) {
  const [{ openProject }, { outputsOf, runBody, showRun }, { runDetailLines }, { terminalText }] = await Promise.all([
    import("../workspace/project.js"),
    import("../workspace/runs.js"),
    import("./progress/run-detail.js"),
    import("./progress/terminal-text.js"),
  ]);
  const project = openProject();
  const run = showRun(project, runId);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(runBody(run), undefined, 2)}\n`);
    return;
  }
  const outputs = options.output ? (taskRunId: string) => outputsOf(project, run, taskRunId) : undefined;
  process.stdout.write(`${terminalText((await runDetailLines(run, outputs)).join("\n"))}\n`);
}

async function cancel(runId: string): Promise<void> {
  const [{ openProject }, { requestCancel, showRun, wasKilled }] = await Promise.all([
    import("../workspace/project.js"),
    import("../workspace/runs.js"),
  ]);
  const project = openProject();
  if (wasKilled(showRun(project, runId))) {
    const { closeRun } = await import("../workspace/repair-run.js");
    await closeRun(project, runId);
    process.stdout.write(`run ${runId} is CANCELED: its runner had been killed\n`);
    return;
  }
  requestCancel(project, runId);
  process.stdout.write(`run ${runId} is being canceled\n`);
}
