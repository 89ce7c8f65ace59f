/** Lines from the keyboard with editing, history and the Tab key. The terminal is the editor's only while it waits for a line. */
import { createInterface, type Interface } from "node:readline";

export interface LineRequest {
  readonly prompt: string;
  /** Oldest first. */
  readonly history: readonly string[];
  /** Candidates for the word before the cursor, and the word. */
  complete(line: string): Promise<readonly [readonly string[], string]>;
}

export type TypedLine =
  | { readonly kind: "line"; readonly text: string }
  /** Ctrl-C */
  | { readonly kind: "canceled" }
  /** Ctrl-D */
  | { readonly kind: "end" };

export class LineInput {
  /** Lines that came together with an earlier one, e.g. pasted. */
  readonly #waiting: string[] = [];
  /** What was typed of the line after those. */
  #begun = "";
  #ended = false;

  async next(request: LineRequest): Promise<TypedLine> {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) {
      process.stdout.write(`${request.prompt}${waiting}\n`);
      return { kind: "line", text: waiting };
    }
    if (this.#ended) return { kind: "end" };
    return this.#typed(request);
  }

  #typed(request: LineRequest): Promise<TypedLine> {
    const reader = open(request);
    return new Promise((resolve) => {
      let first: string | undefined;
      let finished = false;
      const finish = (result: TypedLine): void => {
        this.#begun = result.kind === "line" ? reader.line : "";
        finished = true;
        reader.close();
        resolve(result);
      };
      reader.on("line", (text) => {
        if (first !== undefined) {
          this.#waiting.push(text);
          return;
        }
        first = text;
        // Not at once: lines of the same paste follow.
        setImmediate(() => finish({ kind: "line", text }));
      });
      reader.on("SIGINT", () => {
        process.stdout.write("^C\n");
        finish({ kind: "canceled" });
      });
      reader.on("close", () => {
        if (finished) return;
        this.#ended = true;
        if (first !== undefined) return;
        process.stdout.write("\n");
        resolve({ kind: "end" });
      });
      reader.prompt();
      if (this.#begun !== "") reader.write(this.#begun);
      this.#begun = "";
    });
  }
}

function open({ prompt, history, complete }: LineRequest): Interface {
  return createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: true,
    prompt,
    history: history.toReversed(),
    historySize: Math.max(1, history.length + 1),
    completer: (line: string, done: (error: Error | null, result: [string[], string]) => void) => {
      complete(line).then(
        ([candidates, word]) => done(null, [[...candidates], word]),
        () => done(null, [[], line]),
      );
    },
  });
}
