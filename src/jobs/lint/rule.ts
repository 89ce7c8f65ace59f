/** The linter: a rule looks at a job, or at the code that its tasks run, and says what Databricks does, what lakelet does, and the fix. */
import type { DocumentPath } from "../spec/document.js";
import type { JobSettings } from "../spec/job-settings.js";
import type { Problem, Severity } from "../spec/problem.js";
import type { NestedTask, TaskSettings } from "../spec/task.js";

/** A task, or the one inside a for_each_task, with its place in the job. */
export interface PlacedTask {
  readonly task: TaskSettings | NestedTask;
  readonly path: DocumentPath;
  /** The task that stands around it. */
  readonly loop?: TaskSettings;
}

export interface SpecContext {
  readonly settings: JobSettings;
  readonly tasks: readonly PlacedTask[];
}

export interface Finding {
  readonly path: DocumentPath;
  /** What is there. */
  readonly what: string;
  /** What becomes of it on Databricks, a sentence. */
  readonly databricks: string;
  /** What becomes of it here, a sentence; absent where it is the same. */
  readonly here?: string;
  /** What to write instead, a sentence. */
  readonly fix: string;
  /** `error` where neither Databricks nor lakelet runs it. */
  readonly severity?: Severity;
  readonly part?: "key" | "value";
}

export interface SpecRule {
  /** Stable, in kebab-case. */
  readonly id: string;
  check(context: SpecContext): readonly Finding[];
}

export function problemOf(rule: string, { what, databricks, here, fix, severity, ...place }: Finding): Problem {
  const same = here === undefined ? "" : ` Here: ${here}`;
  return {
    severity: severity ?? "warning",
    message: `${what} Databricks: ${databricks}${same} Fix: ${fix}`,
    rule,
    advice: { what, databricks, here: here ?? databricks, fix },
    ...place,
  };
}

export function contextOf(settings: JobSettings): SpecContext {
  const tasks = (settings.tasks ?? []).flatMap((task, i): PlacedTask[] => {
    const nested = task.for_each_task?.task;
    const path = ["tasks", i];
    return [
      { task, path },
      ...(nested ? [{ task: nested, path: [...path, "for_each_task", "task"], loop: task }] : []),
    ];
  });
  return { settings, tasks };
}
