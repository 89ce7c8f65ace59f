/** What belongs to one run of a notebook: its session, parameters, cell and exit. Found again from anywhere in its code. */
import { AsyncLocalStorage } from "node:async_hooks";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { AttemptEvent, AttemptRequest, TaskOutput } from "../../jobs/run/attempt.js";
import type { SparkSession } from "../../session/contract.js";
import type { ProjectPaths } from "../project-paths.js";
import type { Cell } from "./cells.js";
import { Widgets } from "./widgets.js";

/** Thrown by `dbutils.notebook.exit` to leave the notebook; user code that catches it cannot undo the exit. */
export class NotebookExit extends Error {
  override readonly name = "NotebookExit";
  constructor(readonly value: string) {
    super("dbutils.notebook.exit() ended the notebook");
  }
}

export interface NotebookContextOptions {
  readonly spark: SparkSession;
  readonly file: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly paths: ProjectPaths;
  /** Undefined outside a run. */
  readonly request: AttemptRequest | undefined;
  readonly emit: (event: AttemptEvent) => void;
  /** Runs another notebook with this one's session. */
  readonly runNotebook: (
    path: string,
    parameters: Readonly<Record<string, string>>,
    parent: NotebookContext,
  ) => Promise<string>;
}

export class NotebookContext {
  readonly options: NotebookContextOptions;
  readonly widgets: Widgets;
  /** Values of secrets that were read: never shown. */
  readonly secrets = new Set<string>();
  #cells: readonly Cell[] = [];
  #cell: Cell | undefined;
  #exit: NotebookExit | undefined;

  constructor(options: NotebookContextOptions) {
    this.options = options;
    this.widgets = new Widgets(options.parameters);
  }

  /** The cell at work. */
  get cell(): Cell | undefined {
    return this.#cell;
  }

  setCells(cells: readonly Cell[]): void {
    this.#cells = cells;
    const [first] = cells;
    // Code before the first mark has no mark of its own.
    if (first?.line === 1) this.enterCell(1);
  }

  enterCell(number: number): void {
    const cell = this.#cells[number - 1];
    if (!cell || cell === this.#cell) return;
    this.#cell = cell;
    this.output({ kind: "cell", number, title: cell.title, line: cell.line });
  }

  get exitSignal(): NotebookExit | undefined {
    return this.#exit;
  }

  /** The first exit stands: one in a `catch` around it does not replace it. */
  exit(value: string): never {
    this.#exit ??= new NotebookExit(value);
    throw this.#exit;
  }

  /** What a notebook prints after its exit was never meant to run. */
  output(output: TaskOutput): void {
    if (this.#exit === undefined) this.options.emit({ type: "output", output: this.#withoutSecrets(output) });
  }

  #withoutSecrets(output: TaskOutput): TaskOutput {
    if (output.kind !== "text" || this.secrets.size === 0) return output;
    let { text } = output;
    for (const secret of this.secrets) text = text.replaceAll(secret, "[REDACTED]");
    return { ...output, text };
  }
}

const running = new AsyncLocalStorage<NotebookContext>();
let standalone: NotebookContext | undefined;
let hosted = false;

export function runInContext<Result>(context: NotebookContext, body: () => Promise<Result>): Promise<Result> {
  return running.run(context, body);
}

/** This process runs notebooks of jobs: importing `lakelet/notebook` makes no session of its own. */
export function hostNotebooks(): void {
  hosted = true;
}

export function hostsNotebooks(): boolean {
  return hosted;
}

/** For code that runs outside a run: a test, a debugger. */
export function setStandaloneContext(context: NotebookContext): void {
  standalone = context;
}

/** The context of the code that asks, also after its notebook has exited. */
export function contextOrNone(): NotebookContext | undefined {
  return running.getStore() ?? standalone;
}

/** The context of the code that asks. Throws the exit again in a notebook that has exited. */
export function currentContext(): NotebookContext {
  const context = contextOrNone();
  if (context?.exitSignal) throw context.exitSignal;
  if (context) return context;
  throw new LakeletError({
    condition: "NO_NOTEBOOK_CONTEXT",
    problem: "`spark` and `dbutils` have no session here.",
    reason: 'They come with `import { spark, dbutils } from "lakelet/notebook"`, in a run or outside one.',
  });
}
