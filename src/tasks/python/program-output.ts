/** What a program prints, told line by line while it runs. */
import { StringDecoder } from "node:string_decoder";
import type { AttemptEvent } from "../../jobs/run/attempt.js";

type StreamName = "stdout" | "stderr";

/** Kept of what one program prints; a task that prints more goes on, and is told so once. */
const KEPT_BYTES = 20 * 1024 * 1024;
const LONGEST_LINE = 64 * 1024;
const UNENDED_LINE_MS = 200;

export class ProgramOutput {
  readonly #pending = { stdout: "", stderr: "" };
  #timer: NodeJS.Timeout | undefined;
  #bytes = 0;

  constructor(private readonly emit: (event: AttemptEvent) => void) {}

  take(stream: StreamName, text: string): void {
    if (text === "") return;
    const all = this.#pending[stream] + text;
    const end = all.length > LONGEST_LINE ? all.length : all.lastIndexOf("\n") + 1;
    this.#tell(stream, all.slice(0, end));
    this.#pending[stream] = all.slice(end);
    // A line that is not ended is shown when nothing follows for a while.
    if (end < all.length) this.#timer ??= setTimeout(() => this.end(), UNENDED_LINE_MS);
  }

  /** Tells what is left. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const stream of ["stdout", "stderr"] as const) {
      this.#tell(stream, this.#pending[stream]);
      this.#pending[stream] = "";
    }
  }

  #tell(stream: StreamName, text: string): void {
    if (text === "" || this.#bytes > KEPT_BYTES) return;
    this.#bytes += Buffer.byteLength(text);
    const more = this.#bytes > KEPT_BYTES ? `\n[what is printed beyond ${KEPT_BYTES >> 20} MiB is not kept]\n` : "";
    this.emit({ type: "output", output: { kind: "text", stream, text: text + more } });
  }
}

/** Hands on a stream's text, characters whole. Resolves when it has ended. */
export function follow(stream: NodeJS.ReadableStream, take: (text: string) => void): Promise<void> {
  const decoder = new StringDecoder("utf8");
  return new Promise((resolve) => {
    stream.on("data", (bytes: Buffer) => take(decoder.write(bytes)));
    stream.on("close", () => {
      take(decoder.end());
      resolve();
    });
  });
}
