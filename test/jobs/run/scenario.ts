/**
 * Jobs, what befalls their runs and how those end, as short texts, so that a table of them can be read.
 *
 * A job: `a; b<a; c<a,b ALL_DONE; d<a =F,S r2 rt; e<d off; q?false; f<q:true; l*S|F,S c2`. A task has after `<` what it depends on
 * (with the outcome of a condition after `:`), and then in any order: its run_if; `=` how its executions end, `?` what a
 * condition answers, `*` how those of each iteration end (S success, F failed, T timed out, I its process was lost, G a gate failed,
 * C canceled); `r2` two retries, `rt` also after a timeout; `off` disabled; `c2` two iterations at once.
 *
 * Steps: `cancel 1` and `timeout 1` after one attempt has ended, `kill 1` the runner then and resume
 * the run (`kill 1 2`: the last two events did not reach the log), `repair`,
 * `repair a,b`, `repair a +dependents`.
 */
import type { ResultState } from "../../../src/jobs/run/run-event.js";
import { RUN_IF, type RunIf } from "../../../src/jobs/spec/task.js";
import type { Answer, Edge, Execution, ModelJob, ModelTask, RepairRequest, Work } from "./reference-model.js";

export type Step =
  | { readonly kind: "cancel" | "timeout"; readonly after: number }
  /** `torn`: events of the last write that did not reach the log. */
  | { readonly kind: "kill"; readonly after: number; readonly torn: number }
  | ({ readonly kind: "repair" } & RepairRequest);

/** `S×2`: its life-cycle and result state, and how many attempts there were in all. */
export interface ExpectedEnd {
  readonly lifeCycleState: string;
  readonly resultState: ResultState;
  readonly attempts: number | undefined;
}

const EXECUTIONS: Readonly<Record<string, Execution>> = {
  S: "SUCCESS",
  F: "FAILED",
  T: "TIMEDOUT",
  I: "INTERNAL_ERROR",
  G: "GATE_FAILED",
  C: "CANCELED",
};

/** How ends are written in a table. */
export const ENDS: Readonly<Record<string, readonly [lifeCycleState: string, resultState: ResultState]>> = {
  S: ["TERMINATED", "SUCCESS"],
  F: ["TERMINATED", "FAILED"],
  T: ["TERMINATED", "TIMEDOUT"],
  C: ["TERMINATED", "CANCELED"],
  I: ["INTERNAL_ERROR", "FAILED"],
  SF: ["TERMINATED", "SUCCESS_WITH_FAILURES"],
  // What never began.
  UF: ["SKIPPED", "UPSTREAM_FAILED"],
  UC: ["SKIPPED", "UPSTREAM_CANCELED"],
  NC: ["SKIPPED", "CANCELED"],
  EX: ["SKIPPED", "EXCLUDED"],
  DIS: ["SKIPPED", "DISABLED"],
};

export function parseJob(text: string): ModelJob {
  return text.split(";").map((one) => parseTask(one.trim()));
}

function parseTask(text: string): ModelTask {
  const [head = "", ...words] = text.split(/\s+|(?=[=?*])/).filter(Boolean);
  const [key = "", after = ""] = head.split("<");
  const word = (pattern: RegExp) => words.map((one) => pattern.exec(one)?.[1]).find((one) => one !== undefined);
  const known = /^(=[SFTIGC,]+|\?[a-z,]+|\*[SFTIGC,|]*|r\d+|rt|off|c\d+)$/;
  for (const one of words) {
    if (!known.test(one) && !(RUN_IF as readonly string[]).includes(one)) throw new Error(`"${one}" in "${text}"`);
  }
  return {
    key,
    after: after === "" ? [] : after.split(",").map(parseEdge),
    runIf: words.find((one): one is RunIf => (RUN_IF as readonly string[]).includes(one)) ?? "ALL_SUCCESS",
    disabled: words.includes("off"),
    maxRetries: Number(word(/^r(\d+)$/) ?? 0),
    retryOnTimeout: words.includes("rt"),
    work: parseWork(word(/^=(.+)$/), word(/^\?(.+)$/), word(/^\*(.*)$/), Number(word(/^c(\d+)$/) ?? 1)),
  };
}

function parseEdge(text: string): Edge {
  const [key = "", outcome] = text.split(":");
  return { key, ...(outcome !== undefined && { outcome: outcome as Answer }) };
}

function parseWork(
  own: string | undefined,
  answers: string | undefined,
  iterations: string | undefined,
  concurrency: number,
): Work {
  if (answers !== undefined) return { kind: "condition", answers: answers.split(",") as (Answer | "error")[] };
  if (iterations !== undefined) {
    const each = iterations === "" ? [] : iterations.split("|").map(parseExecutions);
    return { kind: "for_each", iterations: each, concurrency };
  }
  return { kind: "task", executions: parseExecutions(own ?? "S") };
}

function parseExecutions(text: string): readonly Execution[] {
  return text.split(",").map((letter) => {
    const execution = EXECUTIONS[letter];
    if (execution === undefined) throw new Error(`"${letter}" is no way to end`);
    return execution;
  });
}

export function parseSteps(text: string): readonly Step[] {
  return text === "" ? [] : text.split(";").map((one) => parseStep(one.trim()));
}

function parseStep(text: string): Step {
  const [kind, argument, more] = text.split(/\s+/);
  if (kind === "repair") {
    const dependents = "+dependents";
    const rerunTasks = argument === undefined || argument === dependents ? undefined : argument.split(",");
    return { kind, rerunTasks, rerunDependentTasks: argument === dependents || more === dependents };
  }
  if (kind === "kill") return { kind, after: Number(argument), torn: Number(more ?? 0) };
  if (kind === "cancel" || kind === "timeout") return { kind, after: Number(argument) };
  throw new Error(`"${text}" is no step`);
}

/** `a=S×2 b=UF run=F`: by task, and the run's own under `run`. */
export function parseEnds(text: string): Readonly<Record<string, ExpectedEnd>> {
  return Object.fromEntries(
    text.split(/\s+/).map((one) => {
      const [, key = "", letters = "", count] = /^([\w[\]]+)=([A-Z]+)(?:×(\d+))?$/.exec(one) ?? [];
      const end = ENDS[letters];
      if (end === undefined) throw new Error(`"${one}" is no end`);
      const [lifeCycleState, resultState] = end;
      return [key, { lifeCycleState, resultState, attempts: count === undefined ? undefined : Number(count) }];
    }),
  );
}
