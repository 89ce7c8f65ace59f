/** What strace wrote: the system calls of a program, one by one, in the order in which they ended. */

export interface SystemCall {
  readonly thread: number;
  readonly name: string;
  /** As strace prints them, without the brackets. */
  readonly parameters: string;
  /** As strace prints it; `?` where the program died in the call. */
  readonly result: string;
  readonly injected: boolean;
  /** The n-th call of this name of its thread, from 1: what `when=` of an injection counts. */
  readonly ordinal: number;
}

const LINE = /^(\d+) +(?:(\w+)\((.*)|<\.\.\. (\w+) resumed>(.*)|(?:---|\+\+\+) .*)$/;
const UNFINISHED = " <unfinished ...>";

export function parseTrace(text: string): readonly SystemCall[] {
  const calls: SystemCall[] = [];
  const begun = new Map<string, string>();
  const counts = new Map<string, number>();
  const ordinals = new Map<string, number>();
  const begin = (thread: string, name: string): number => {
    const ordinal = (counts.get(`${thread} ${name}`) ?? 0) + 1;
    counts.set(`${thread} ${name}`, ordinal);
    return ordinal;
  };
  for (const line of text.split("\n")) {
    const match = LINE.exec(line);
    if (match === null) continue;
    const [, thread = "", started, rest = "", resumed, tail = ""] = match;
    const name = started ?? resumed;
    if (name === undefined) continue;
    const ordinal = started === undefined ? (ordinals.get(thread) ?? 0) : begin(thread, name);
    if (started !== undefined && rest.endsWith(UNFINISHED)) {
      begun.set(thread, rest.slice(0, -UNFINISHED.length));
      ordinals.set(thread, ordinal);
      continue;
    }
    const whole = started === undefined ? `${begun.get(thread) ?? ""}${tail}` : rest;
    begun.delete(thread);
    calls.push({ thread: Number(thread), name, ordinal, ...split(whole) });
  }
  // A call that never came back: its thread was killed in it.
  for (const [thread, whole] of begun) {
    calls.push({
      thread: Number(thread),
      name: "unfinished",
      parameters: whole,
      result: "?",
      injected: false,
      ordinal: 0,
    });
  }
  return calls;
}

function split(whole: string): Pick<SystemCall, "parameters" | "result" | "injected"> {
  const at = whole.lastIndexOf(" = ");
  if (at < 0) return { parameters: whole, result: "?", injected: false };
  const result = whole.slice(at + 3);
  return {
    parameters: whole.slice(0, at).trimEnd().replace(/\)$/, ""),
    result,
    injected: result.includes("(INJECTED)"),
  };
}

/** The paths that a call names, in its order: those of its descriptors, and its texts that begin with a slash. */
export function pathsOf({ parameters }: SystemCall): readonly string[] {
  return [...parameters.matchAll(/\d<(\/[^>]*)>|"(\/[^"]*)"/g)].map(([, descriptor, text]) => descriptor ?? text ?? "");
}

const CHANGING = new Set([
  "write",
  "pwrite64",
  "writev",
  "pwritev",
  "fsync",
  "fdatasync",
  "ftruncate",
  "link",
  "linkat",
  "rename",
  "renameat",
  "renameat2",
  "unlink",
  "unlinkat",
  "mkdir",
  "mkdirat",
  "rmdir",
]);

/** Calls that change what is on disk, or make it durable. */
export function isMutating(call: SystemCall): boolean {
  if (call.name === "openat" || call.name === "open") return /O_CREAT|O_TRUNC/.test(call.parameters);
  return CHANGING.has(call.name);
}

/** Whether the call is about something in the folder. */
export function concerns(call: SystemCall, folder: string): boolean {
  return pathsOf(call).some((path) => path === folder || path.startsWith(`${folder}/`));
}
