/** `lakelet validate <job>` */
import { Command } from "commander";
import { type BundleOptions, bundleChoice, targetOption, variableOption } from "./bundle-option.js";
import { EXIT_USAGE, ExitError } from "./exit.js";

interface ValidateOptions extends BundleOptions {
  readonly strict?: boolean;
  readonly json?: boolean;
}

export function validateCommand(): Command {
  return new Command("validate")
    .description(
      "check a job or a pipeline without running it: its schema, its graph, its references, its files, and what they mean",
    )
    .argument(
      "<job>",
      "job.json, job.yml, databricks.yml, a pipeline's spec or folder, or a name; bundle.yml#key for one of several",
    )
    .option("--strict", "warnings are errors")
    .option("--json", "print what was found as JSON")
    .addOption(targetOption())
    .addOption(variableOption())
    .action(validate);
}

async function validate(jobName: string, options: ValidateOptions): Promise<void> {
  const [{ openProject }, { validateJobs }, { validationBody, validationLines }, { paintFor }] = await Promise.all([
    import("../workspace/project.js"),
    import("../workspace/validate-job.js"),
    import("./progress/validation-lines.js"),
    import("./progress/words.js"),
  ]);
  const validations = validateJobs(openProject(), jobName, bundleChoice(options));
  if (options.json) {
    const bodies = validations.map(validationBody);
    process.stdout.write(`${JSON.stringify(bodies.length === 1 ? bodies[0] : bodies, undefined, 2)}\n`);
  } else {
    const paint = paintFor(process.stdout);
    const failed = validationLines(
      validations.filter((one) => one.error !== undefined),
      paint,
    );
    for (const line of failed) process.stderr.write(`${line}\n`);
    const read = validations.filter((one) => one.error === undefined);
    for (const line of validationLines(read, paint)) process.stdout.write(`${line}\n`);
  }
  const wrong = (severity: string) => severity === "error" || (options.strict === true && severity === "warning");
  if (validations.some(({ problems }) => problems.some((one) => wrong(one.severity)))) throw new ExitError(EXIT_USAGE);
}
