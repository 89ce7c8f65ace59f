/** One child process that runs attempts, one at a time; it and whatever it started can be killed at any moment. */
import { type ChildProcess, fork } from "node:child_process";
import { secretsOfProcess } from "../secrets/known-secrets.js";
import { RedactedListener } from "../secrets/redacted-listener.js";
import { secretVariables } from "../secrets/secret-variables.js";
import type { AttemptListener, AttemptRequest, AttemptResult } from "./attempt.js";
import { processMark, thisProcess } from "./process-identity.js";
import { killRemains, killTrees, MARK_VARIABLE, type TreeRoot } from "./process-tree.js";
import { endText, type ProcessEnd, workerLost } from "./worker-loss.js";
import type { FromWorker, ToWorker } from "./worker-protocol.js";

const KEPT_STDERR = 4000;

/** Kills processes and all that they started, looking at the machine's processes once. */
export function killWorkers(workers: Iterable<WorkerProcess>): void {
  killTrees([...workers].flatMap((worker) => worker.beginKill() ?? []));
}

let started = 0;

export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<ProcessEnd>;
  /** Blacked out of all that attempts tell; those that they read are added. */
  readonly #secrets = secretsOfProcess();
  #stderr = "";
  /** As JSON, what it was last told of the project. */
  #project: string | undefined;
  #listener: RedactedListener | undefined;
  #end: ((result: AttemptResult) => void) | undefined;
  #called: ((error: string | undefined) => void) | undefined;
  #alive = true;
  #killed = false;
  readonly #mark = `${processMark(thisProcess())}${++started}`;

  /** @param file the worker's entry; started at once */
  constructor(file: string) {
    // A group of its own: a kill takes the processes that a task started, and Ctrl-C in the terminal reaches only the runner.
    this.#child = fork(file, [], {
      detached: process.platform !== "win32",
      silent: true,
      execArgv: [],
      env: { ...process.env, [MARK_VARIABLE]: this.#mark },
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once("exit", (code, signal) => resolve({ code, signal }));
      this.#child.once("error", (error) => resolve({ error }));
    });
    void this.#exited.then((end) => this.#lost(end));
    this.#child.on("message", (message: FromWorker) => this.#hear(message));
    // Decoded as a whole: a letter may come in two pieces.
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#output("stdout", text));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#output("stderr", text));
  }

  get alive(): boolean {
    return this.#alive;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** What it knows already is not told again. */
  prepare(project: unknown): void {
    const text = JSON.stringify(project);
    if (text === this.#project) return;
    this.#project = text;
    this.#send({ type: "prepare", project });
  }

  /** Runs one attempt. Resolves whatever befalls the process: one that dies gives INTERNAL_ERROR. */
  run(request: AttemptRequest, listener: AttemptListener): Promise<AttemptResult> {
    this.#secrets.add(secretVariables(request.environment ?? {}));
    this.#listener = new RedactedListener(this.#secrets, listener);
    this.#stderr = "";
    return new Promise((resolve) => {
      this.#end = resolve;
      if (this.#alive) this.#send({ type: "run", request });
      else void this.#exited.then((end) => this.#lost(end));
    });
  }

  /** Has an idle process do something of the composition root's own; resolves with what went wrong, if anything. */
  call(name: string, argument: unknown): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#called = resolve;
      if (this.#alive) this.#send({ type: "call", name, argument });
      else this.#answered("the process had already ended");
    });
  }

  /** Resolves when the process is gone. */
  async gone(): Promise<void> {
    await this.#exited;
  }

  /** What to kill; undefined where it is gone. */
  beginKill(): TreeRoot | undefined {
    const { pid } = this;
    if (!this.#alive || pid === undefined) return undefined;
    this.#killed = true;
    return { pid, mark: this.#mark };
  }

  /** Kills the process and all that it started. */
  killNow(): void {
    killWorkers([this]);
  }

  #send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #hear(message: FromWorker): void {
    if (message.type === "started") this.#listener?.started(this.pid);
    else if (message.type === "event") this.#listener?.event(message.event);
    else if (message.type === "called") this.#answered(message.error);
    else this.#finish(message.result);
  }

  #output(stream: "stdout" | "stderr", text: string): void {
    if (stream === "stderr") this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR);
    this.#listener?.event({ type: "output", output: { kind: "text", stream, text } });
  }

  #lost(end: ProcessEnd): void {
    this.#alive = false;
    if (!this.#killed && this.pid !== undefined) killRemains({ pid: this.pid, mark: this.#mark });
    this.#killed = true;
    this.#answered(`the process ${endText(end)}`);
    this.#finish(workerLost(end, this.#stderr));
  }

  #answered(error: string | undefined): void {
    const called = this.#called;
    this.#called = undefined;
    called?.(error);
  }

  #finish(result: AttemptResult): void {
    const end = this.#end;
    const told = this.#listener?.end(result) ?? result;
    this.#end = undefined;
    this.#listener = undefined;
    end?.(told);
  }
}
