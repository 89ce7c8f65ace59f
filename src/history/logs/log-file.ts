/** A log of bounded size: when it is full it becomes the older half, and what was the older half goes. */
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Of each half. */
const MOST_BYTES = 10 * 1024 * 1024;

export class LogFile {
  readonly #path: string;
  readonly #most: number;
  #file: number | undefined;
  #size = 0;

  /** The file and its folder are made with the first line; `<path>.1` is the older half. */
  constructor(path: string, most = MOST_BYTES) {
    this.#path = path;
    this.#most = most;
  }

  /** A line with its end. A full disk loses the line: a log is not worth a run. */
  write(line: string): void {
    try {
      const bytes = Buffer.from(line);
      if (this.#size > 0 && this.#size + bytes.length > this.#most) this.#turn();
      this.#file ??= this.#open();
      writeSync(this.#file, bytes);
      this.#size += bytes.length;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOSPC" && code !== "EDQUOT") throw error;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(): number {
    mkdirSync(dirname(this.#path), { recursive: true });
    const file = openSync(this.#path, "a");
    this.#size = fstatSync(file).size;
    return file;
  }

  #turn(): void {
    this.close();
    renameSync(this.#path, `${this.#path}.1`);
    this.#size = 0;
  }
}
