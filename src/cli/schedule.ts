/** `lakelet schedule list` */
import { Command } from "commander";
import { type BundleOptions, bundleChoice, targetOption, variableOption } from "./bundle-option.js";
import { positiveInteger } from "./whole-number.js";

interface ListOptions extends BundleOptions {
  readonly next: number;
  readonly json?: boolean;
}

export function scheduleCommand(): Command {
  const schedule = new Command("schedule").description("when the jobs of this project run by themselves");
  schedule
    .command("list", { isDefault: true })
    .description("each trigger: what it is, its next occurrences, its last run")
    .argument("[jobs...]", "only these; all where left out")
    .option("-n, --next <count>", "how many of the next occurrences", positiveInteger, 1)
    .addOption(targetOption())
    .addOption(variableOption())
    .option("--json", "as JSON")
    .action(list);
  return schedule;
}

async function list(only: readonly string[], options: ListOptions) {
  const [{ openProject }, { listSchedules }, { scheduleLines }] = await Promise.all([
    import("../workspace/project.js"),
    import("../workspace/schedules.js"),
    import("./progress/schedule-lines.js"),
  ]);
  const found = listSchedules(openProject(), { only, bundle: bundleChoice(options) }, options.next);
  const text = options.json ? JSON.stringify(found, undefined, 2) : scheduleLines(found).join("\n");
  process.stdout.write(`${text}\n`);
}
