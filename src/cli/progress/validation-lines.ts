/** What `lakelet validate` says of a job. */
import type { LocatedProblem, Validation } from "../../workspace/validate-job.js";
import { countText, type Paint } from "./words.js";

const WORDS = {
  error: ["red", "error"],
  warning: ["yellow", "warning"],
  "not-yet": ["dim", "not yet"],
  "no-local-effect": ["dim", "no effect here"],
} as const;

/**
 * Of several jobs together: what stands around them is told once, advice at the first mistake that it is for, and what has no effect
 * here first, a line for each reason: the end is what is read.
 */
export function validationLines(validations: readonly Validation[], paint: Paint): readonly string[] {
  const told = new Set<string>();
  const isNew = (text: string) => told.size < told.add(text).size;
  const kept: LocatedProblem[] = [];
  const lines = validations.flatMap((one) => {
    if (one.job === undefined && one.pipeline === undefined)
      return one.error && isNew(one.error.message) ? [one.error.message] : [];
    const problems = one.problems.filter((problem) => isNew(`${placeOf(problem)}: ${problem.message}`));
    kept.push(...problems.filter((problem) => problem.severity === "no-local-effect"));
    const shown = problems.filter((problem) => problem.severity !== "no-local-effect");
    return [...shown.flatMap((problem) => problemLines(problem, isNew, paint)), endLine(one, paint)];
  });
  return [...keptLines(kept, paint), ...lines];
}

function endLine({ file, target, problems, job, pipeline }: Validation, paint: Paint): string {
  const warnings = problems.filter((one) => one.severity === "warning").length;
  const where = target === undefined ? "" : ` (target ${target})`;
  const size = job ? countText(job.tasks, "task") : countText(pipeline?.sources ?? 0, "source");
  const name = job?.name ?? pipeline?.name ?? "";
  return paint("bold", `${file}: ${name}${where}, ${size}, ${countText(warnings, "warning")}`);
}

function placeOf({ location }: LocatedProblem): string {
  return `${location.file}:${location.line}:${location.column}`;
}

function problemLines(problem: LocatedProblem, isNew: (text: string) => boolean, paint: Paint): readonly string[] {
  const { severity, message, rule, advice } = problem;
  const [style, word] = WORDS[severity];
  const head = `${placeOf(problem)}: ${paint(style, word)}:`;
  if (advice === undefined) return [`${head} ${message}`];
  const lines = [
    ...(advice.here === advice.databricks
      ? [`    Databricks, and here: ${advice.databricks}`]
      : [`    Databricks: ${advice.databricks}`, `    here: ${advice.here}`]),
    `    fix: ${advice.fix}`,
  ];
  return [
    `${head} ${advice.what} ${paint("dim", `[${rule}]`)}`,
    ...(isNew(`${rule} ${lines.join("\n")}`) ? lines : []),
  ];
}

/** `job.json:9:9: no effect here: node_type_id, init_scripts (12 places): the job runs on this machine.` */
function keptLines(problems: readonly LocatedProblem[], paint: Paint): readonly string[] {
  const byReason = new Map<string, LocatedProblem[]>();
  for (const problem of problems) {
    const reason = /^`[^`]+`: (.*)$/s.exec(problem.message)?.[1] ?? problem.message;
    byReason.set(reason, [...(byReason.get(reason) ?? []), problem]);
  }
  return [...byReason].flatMap(([reason, same]) => {
    const [first] = same;
    if (first === undefined) return [];
    const [style, word] = WORDS["no-local-effect"];
    const keys = [...new Set(same.flatMap(({ path }) => path.findLast((step) => typeof step === "string") ?? []))];
    const places = same.length > 1 ? ` (${same.length} places)` : "";
    const what = reason === first.message ? "" : `${keys.join(", ")}${places}: `;
    return [`${placeOf(first)}: ${paint(style, word)}: ${what}${reason}`];
  });
}

/** For other programs: every field that there is, the same names as in the messages. */
export function validationBody({ file, job, pipeline, target, problems }: Validation): object {
  return {
    file,
    valid: job !== undefined || pipeline !== undefined,
    job: job && { name: job.name, tasks: job.tasks, ...(job.bundleKey !== undefined && { key: job.bundleKey }) },
    pipeline,
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
