/** `lakelet validate <job>` */
import { Command } from "commander";
import { EXIT_USAGE, ExitError } from "./exit.js";

export function validateCommand(): Command {
  return new Command("validate")
    .description("check a job without running it: its schema, its graph, its references, its files")
    .argument("<job>", "job.json, job.yml, or a job's name")
    .option("--strict", "warnings are errors")
    .action(validate);
}

async function validate(jobName: string, { strict = false }: { readonly strict?: boolean }): Promise<void> {
  const [{ openProject }, { loadJob }] = await Promise.all([
    import("../workspace/project.js"),
    import("../workspace/load-job.js"),
  ]);
  const { plan, notices, specFile } = loadJob(openProject(), jobName);
  const words = { error: "error", warning: "warning", "not-yet": "not yet", "no-local-effect": "no effect here" };
  for (const { severity, location, message } of notices) {
    process.stdout.write(`${location.file}:${location.line}:${location.column}: ${words[severity]}: ${message}\n`);
  }
  const warnings = notices.filter((one) => one.severity === "warning").length;
  const tasks = `${plan.tasks.length} ${plan.tasks.length === 1 ? "task" : "tasks"}`;
  process.stdout.write(`${specFile}: ${plan.name}, ${tasks}, ${warnings} ${warnings === 1 ? "warning" : "warnings"}\n`);
  if (strict && warnings > 0) throw new ExitError(EXIT_USAGE);
}
