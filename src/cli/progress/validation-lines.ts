/** What `lakelet validate` says of a job. */
import type { LocatedProblem, Validation } from "../../workspace/validate-job.js";
import { countText, type Paint } from "./words.js";

const WORDS = {
  error: ["red", "error"],
  warning: ["yellow", "warning"],
  "not-yet": ["dim", "not yet"],
  "no-local-effect": ["dim", "no effect here"],
} as const;

export function validationLines({ file, job, target, problems }: Validation, paint: Paint): readonly string[] {
  const count = (severity: LocatedProblem["severity"]) => problems.filter((one) => one.severity === severity).length;
  const lines = problems.flatMap((one) => problemLines(one, paint));
  if (job === undefined) return lines;
  const where = target === undefined ? "" : ` (target ${target})`;
  const end = `${file}: ${job.name}${where}, ${countText(job.tasks, "task")}, ${countText(count("warning"), "warning")}`;
  return [...lines, paint("bold", end)];
}

function problemLines({ severity, location, message, rule, advice }: LocatedProblem, paint: Paint): readonly string[] {
  const [style, word] = WORDS[severity];
  const place = `${location.file}:${location.line}:${location.column}`;
  if (advice === undefined) return [`${place}: ${paint(style, word)}: ${message}`];
  return [
    `${place}: ${paint(style, word)}: ${advice.what} ${paint("dim", `[${rule}]`)}`,
    ...(advice.here === advice.databricks
      ? [`    Databricks, and here: ${advice.databricks}`]
      : [`    Databricks: ${advice.databricks}`, `    here: ${advice.here}`]),
    `    fix: ${advice.fix}`,
  ];
}

/** For other programs: every field that there is, the same names as in the messages. */
export function validationBody({ file, job, target, problems }: Validation): object {
  return {
    file,
    valid: job !== undefined,
    job: job && { name: job.name, tasks: job.tasks, ...(job.bundleKey !== undefined && { key: job.bundleKey }) },
    target,
    problems: problems.map(({ severity, rule, path, message, advice, location }) => ({
      severity,
      rule,
      file: location.file,
      line: location.line,
      column: location.column,
      path,
      message,
      ...(advice && { databricks: advice.databricks, here: advice.here, fix: advice.fix }),
    })),
  };
}
