/** Lines of a terminal that are drawn again in place, some times a second, until they are closed. */
import { terminalText } from "./terminal-text.js";
import { clip } from "./words.js";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const REDRAW_MS = 80;

export class RedrawnLines {
  #drawn = 0;
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param lines what stands there now */
  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly lines: () => readonly string[],
  ) {
    // Whatever ends the process, the terminal keeps its cursor.
    process.once("exit", () => this.close());
  }

  get columns(): number {
    return this.stream.columns || 80;
  }
  get rows(): number {
    return this.stream.rows || 24;
  }
  /** Turns from one drawing to the next. */
  get spinner(): string {
    return FRAMES[this.#frame] ?? "";
  }

  open(): void {
    if (this.#timer !== undefined) return;
    this.stream.write("\u001b[?25l");
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
  }

  /** Takes the lines away until they are drawn next, so that something else can be written above them. */
  clear(): void {
    if (this.#drawn > 0) this.stream.write(`\u001b[${this.#drawn}A\u001b[0J`);
    this.#drawn = 0;
  }

  /** Takes the lines away and gives the cursor back. */
  close(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.clear();
    this.stream.write("\u001b[?25h");
  }

  #draw(): void {
    this.#frame = (this.#frame + 1) % FRAMES.length;
    const lines = this.lines().map((line) => clip(terminalText(line), this.columns));
    // Line over line: to clear all of it first would flicker.
    const up = this.#drawn > 0 ? `\u001b[${this.#drawn}A` : "";
    this.stream.write(`${up}${lines.map((line) => `${line}\u001b[K\n`).join("")}\u001b[0J`);
    this.#drawn = lines.length;
  }
}
