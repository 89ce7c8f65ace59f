/** `lakelet backfill <job> --from <date> --to <date>` */
import { Command } from "commander";
import type { RunState } from "../workspace/run-job.js";
import { EXIT_FAILED, ExitError } from "./exit.js";
import { interruptible } from "./interruption.js";
import { type Parameters, parameterOption } from "./parameter-option.js";

interface BackfillCommandOptions {
  readonly from: string;
  readonly to: string;
  readonly every: string;
  readonly param: Parameters;
  readonly only?: string;
  readonly json?: boolean;
}

export function backfillCommand(): Command {
  return new Command("backfill")
    .description("run a job once for each date of a range, the earliest first")
    .argument("<job>", "job.json, job.yml, or a job's name; bundle.yml#key for one of several")
    .requiredOption("--from <date>", "the first date: 2024-01-15, or with a time of the day in UTC")
    .requiredOption("--to <date>", "the last date")
    .option("--every <interval>", "hour, day, week or month, or several: `2 days`", "day")
    .addOption(parameterOption("a parameter of each run; {{backfill.iso_date}} in it becomes the run's date"))
    .option("--only <tasks>", "only these tasks, separated by commas; `+t` with all before, `t+` with all after")
    .option("--json", "print each run as Databricks' runs/get does, and nothing else")
    .action(backfill);
}

async function backfill(
  jobName: string,
  { from, to, every, param, only, json }: BackfillCommandOptions,
): Promise<void> {
  const [
    { openProject },
    { loadJob, unknownParameters },
    { runBackfill, backfillDates },
    { startWorkers },
    { runBody },
  ] = await Promise.all([
    import("../workspace/project.js"),
    import("../workspace/load-job.js"),
    import("../workspace/backfill.js"),
    import("../workspace/start-workers.js"),
    import("../workspace/run-job.js"),
  ]);
  const [{ openView }, { backfillLines, backfillTitle }] = await Promise.all([
    import("./progress/view.js"),
    import("./progress/backfill-lines.js"),
  ]);
  const dates = backfillDates(from, to, every);
  const project = openProject();
  const job = loadJob(project, jobName, only?.split(",").map((task) => task.trim()) ?? []);
  const notices = [...job.notices, ...unknownParameters(project, job, Object.keys(param))];
  const say = (line: string) => json || process.stdout.write(`${line}\n`);
  const interruption = interruptible();
  const ended: { readonly date: string; readonly state: RunState }[] = [];
  let view = openView(json ?? false);
  const listeners = (date: string, index: number) => {
    say(`${index === 0 ? "" : "\n"}${backfillTitle(date, index, dates.length)}`);
    view = openView(json ?? false);
    return [view];
  };
  const runs = runBackfill({
    project,
    job,
    dates,
    parameters: param,
    startWorkers,
    listeners,
    signal: interruption.signal,
  });
  for await (const run of runs) {
    ended.push(run);
    // What is to be said of a success stands in the table at the end.
    if (run.state.resultState !== "SUCCESS") {
      view.finish(run.state, { warehouse: project.warehouse, notices: ended.length === 1 ? notices : [] });
    }
  }
  if (json)
    process.stdout.write(`${JSON.stringify({ runs: ended.map(({ state }) => runBody(state)) }, undefined, 2)}\n`);
  else process.stdout.write(`\n${backfillLines(job.plan.name, dates, ended).join("\n")}\n`);
  if (interruption.code !== undefined) throw new ExitError(interruption.code);
  if (ended.some(({ state }) => state.resultState !== "SUCCESS")) throw new ExitError(EXIT_FAILED);
}
