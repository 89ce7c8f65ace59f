/** What Python says when it fails: the exception and the place in the user's files, read from standard error. */
import { sep } from "node:path";

export interface Traceback {
  /** `ValueError: boom`, lines and all. */
  readonly exception: string;
  /** Without the message: `ValueError`. */
  readonly type: string;
  /** From the outermost call to the innermost. */
  readonly frames: readonly TracebackFrame[];
  /** As Python printed it. */
  readonly text: string;
}

export interface TracebackFrame {
  readonly file: string;
  readonly line: number;
}

const HEADER = "Traceback (most recent call last):";
const FRAME = /^ {2}File "(.+)", line (\d+)/;
/** `ValueError`, `pandas.errors.ParserError: ...`; a plain line of a log is none. */
const EXCEPTION = /^([A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Warning|Iteration|Fault))(?::|$)/;
const KEPT_LINES = 40;

/** The last traceback of a text, or undefined. The main file's syntax error is told without a header. */
export function lastTraceback(stderr: string): Traceback | undefined {
  const lines = stderr.split(/\r?\n/);
  const header = lines.lastIndexOf(HEADER);
  const start = header >= 0 ? header : lines.findLastIndex((line, i) => FRAME.test(line) && !isIndented(lines[i - 1]));
  if (start < 0) return undefined;
  const last = lines.findIndex((line, i) => i > start && !isIndented(line));
  if (last < 0) return undefined;
  const first = lines[last] ?? "";
  // After a header every kind of exception can stand, whatever it is called.
  const type = EXCEPTION.exec(first)?.[1] ?? (header >= 0 ? /^[A-Za-z_][\w.]*/.exec(first)?.[0] : undefined);
  if (type === undefined) return undefined;
  const frames = lines.slice(start, last).flatMap((line) => {
    const [, file, number] = FRAME.exec(line) ?? [];
    return file === undefined ? [] : [{ file, line: Number(number) }];
  });
  const exception = lines.slice(last, last + KEPT_LINES);
  return {
    exception: exception.join("\n").trim(),
    type,
    frames,
    text: [...lines.slice(start, last), ...exception].join("\n").trimEnd(),
  };
}

function isIndented(line: string | undefined): boolean {
  return line?.startsWith(" ") ?? false;
}

/** The innermost place in the project's own files, else the innermost of all; packages of an environment are not the project's. */
export function placeIn({ frames }: Traceback, root: string): TracebackFrame | undefined {
  const own = frames.filter(
    ({ file }) => file.startsWith(root + sep) && !/[/\\](?:site|dist)-packages[/\\]/.test(file),
  );
  return own.at(-1) ?? frames.findLast(({ file }) => !file.startsWith("<"));
}
