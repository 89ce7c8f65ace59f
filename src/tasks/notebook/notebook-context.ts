/** What belongs to one run of a notebook: its session, parameters, cell and exit. Found again from anywhere in its code. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { DataFrame } from "../../dataframe/data-frame.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { AttemptEvent, AttemptRequest, TaskOutput } from "../../jobs/run/attempt.js";
import { KnownSecrets } from "../../jobs/secrets/known-secrets.js";
import { redactedOutput } from "../../jobs/secrets/redacted-attempt.js";
import type { SparkSession } from "../../session/contract.js";
import type { ProjectPaths } from "../project-paths.js";
import { boundedTable, MAX_BYTES } from "./cell-output.js";
import type { Cell, NotebookDocument } from "./notebook-document.js";
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
  /** Runs another notebook in a context of its own and gives its exit value. */
  readonly runNotebook: (
    path: string,
    parameters: Readonly<Record<string, string>>,
    parent: NotebookContext,
    timeoutSeconds: number,
  ) => Promise<string>;
  /** Values of secrets that were read: never shown. Those of the notebook that runs this one, where there is one. */
  readonly secrets?: KnownSecrets;
  /** How many notebooks run each other above this one. */
  readonly depth?: number;
}

/** Runs a cell that is not TypeScript and gives the names that it brings. */
export type PerformCell = (cell: Cell) => Promise<Readonly<Record<string, unknown>>>;

/** A notebook at work in a context: the context's own, and above it those that it `%run`s. */
interface Frame {
  readonly document: NotebookDocument;
  readonly perform: PerformCell;
  cell: Cell | undefined;
}

export interface NotebookPlace {
  readonly document: NotebookDocument;
  readonly cell: Cell | undefined;
  /** Of the document's text. */
  readonly line: number | undefined;
}

export class NotebookContext {
  readonly options: NotebookContextOptions;
  readonly widgets: Widgets;
  readonly secrets: KnownSecrets;
  /** `_sqldf`: the result of the last SQL cell that had one. */
  sqlResult: DataFrame | undefined;
  /** Where a cell that is not TypeScript failed: its error's stack does not tell. */
  failedAt: NotebookPlace | undefined;
  readonly #frames: Frame[] = [];
  /** Displays that are at work. */
  readonly #displays = new Set<Promise<void>>();
  #exit: NotebookExit | undefined;
  #stopped: Error | undefined;
  #textBytes = 0;
  #nestedRuns = 0;

  constructor(options: NotebookContextOptions) {
    this.options = options;
    this.widgets = new Widgets(options.parameters, (text) => this.output({ kind: "text", stream: "stdout", text }));
    this.secrets = options.secrets ?? new KnownSecrets();
  }

  /** The notebook's own document; undefined before it is read. */
  get document(): NotebookDocument | undefined {
    return this.#frames[0]?.document;
  }

  /** The cell of the notebook itself that is at work, also while it runs another notebook. */
  get cell(): Cell | undefined {
    return this.#frames[0]?.cell;
  }

  /** The notebooks at work, the innermost last. */
  get running(): readonly NotebookDocument[] {
    return this.#frames.map(({ document }) => document);
  }

  begin(document: NotebookDocument, perform: PerformCell): void {
    this.#frames.push({ document, perform, cell: undefined });
    if (this.#frames.length > 1) return;
    const cells = document.cells.map(({ number, title, language, line, source }) => ({
      number,
      title,
      language,
      line,
      source,
    }));
    this.output({ kind: "notebook", file: document.file, cells });
  }

  /** Ends the notebook that began last; the context's own stays, for whoever asks where it failed. */
  end(): void {
    if (this.#frames.length > 1) this.#frames.pop();
  }

  enterCell(number: number): void {
    this.throwIfEnded();
    const frame = this.#frames.at(-1);
    const cell = frame?.document.cells[number - 1];
    if (!frame || !cell || cell === frame.cell) return;
    frame.cell = cell;
    if (this.#frames.length > 1) return;
    this.#textBytes = 0;
    this.output({ kind: "cell", number, title: cell.title, line: cell.line, at: Date.now() });
  }

  /** `display(df)` is mostly not awaited: what it shows belongs to its cell all the same. */
  during(display: Promise<void>): Promise<void> {
    this.#displays.add(display);
    const done = (): boolean => this.#displays.delete(display);
    display.then(done, done);
    return display;
  }

  /** Waits for what is being displayed; that it failed is told to whoever asked for it. */
  async displayed(): Promise<void> {
    await Promise.allSettled(this.#displays);
  }

  /** The next cell begins when what the last one displays is there. */
  async nextCell(number: number): Promise<void> {
    await this.displayed();
    this.enterCell(number);
  }

  async performCell(number: number): Promise<Readonly<Record<string, unknown>>> {
    await this.nextCell(number);
    const frame = this.#frames.at(-1);
    return frame?.cell ? frame.perform(frame.cell) : {};
  }

  get exitSignal(): NotebookExit | undefined {
    return this.#exit;
  }

  /** The first exit stands: one in a `catch` around it does not replace it. */
  exit(value: string): never {
    this.throwIfEnded();
    this.#exit = new NotebookExit(value);
    throw this.#exit;
  }

  /** From here on the notebook's code gets this error from whatever it asks. */
  stop(error: Error): void {
    this.#stopped ??= error;
  }

  throwIfEnded(): void {
    const ended = this.#exit ?? this.#stopped;
    if (ended) throw ended;
  }

  /** A number for a notebook that this one runs. */
  nextRun(): number {
    this.#nestedRuns += 1;
    return this.#nestedRuns;
  }

  /** A secret that the notebook has read: never shown from here on. */
  learn(secret: string): void {
    this.secrets.add([secret]);
    this.options.emit({ type: "secret", value: secret });
  }

  /** What a notebook prints after its exit was never meant to run. */
  output(output: TaskOutput): void {
    if (this.#exit === undefined) this.show(output);
  }

  /** What was asked for before the exit is shown behind it. */
  show(output: TaskOutput): void {
    if (this.#stopped !== undefined) return;
    const kept = this.#bounded(output);
    if (kept) this.options.emit({ type: "output", output: redactedOutput(kept, this.secrets.redact) });
  }

  #bounded(output: TaskOutput): TaskOutput | undefined {
    if (output.kind === "table") return boundedTable(output);
    if (output.kind === "html" && output.html.length > MAX_BYTES) return notice("HTML of more than 10 MB is not kept.");
    if (output.kind !== "text") return output;
    const before = this.#textBytes;
    this.#textBytes += output.text.length;
    if (this.#textBytes <= MAX_BYTES) return output;
    return before > MAX_BYTES ? undefined : notice("The cell printed more than 10 MB: the rest is not kept.");
  }
}

function notice(text: string): TaskOutput {
  return { kind: "text", stream: "stderr", text: `${text}\n` };
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
  context?.throwIfEnded();
  if (context) return context;
  throw new LakeletError({
    condition: "NO_NOTEBOOK_CONTEXT",
    problem: "`spark` and `dbutils` have no session here.",
    reason: 'They come with `import { spark, dbutils } from "lakelet/notebook"`, in a run or outside one.',
  });
}
