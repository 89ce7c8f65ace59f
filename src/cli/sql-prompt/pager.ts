/** Long output a page at a time: by $PAGER where it is set, else with `--More--` at the end of each page. */
import { spawn } from "node:child_process";
import { once } from "node:events";

const MORE = "--More-- (space: page, enter: line, q: stop)";
const ERASE_LINE = "\r\u001b[K";

/** Prints the lines; those beyond the terminal's height wait for the reader. */
export async function page(lines: readonly string[]): Promise<void> {
  const height = process.stdout.rows ?? 0;
  if (height === 0 || lines.length < height) write(lines);
  else if (process.env.PAGER) await throughProgram(process.env.PAGER, lines);
  else await byPages(lines, height - 1);
}

function write(lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`);
}

async function throughProgram(program: string, lines: readonly string[]): Promise<void> {
  const pager = spawn(program, { shell: true, stdio: ["pipe", "inherit", "inherit"] });
  // Whoever leaves the pager has read enough.
  pager.stdin.on("error", () => undefined);
  // Ctrl-C is the pager's.
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  pager.stdin.end(`${lines.join("\n")}\n`);
  const [code] = await once(pager, "close");
  process.off("SIGINT", ignore);
  const missing = 127;
  if (code === missing) write(lines);
}

async function byPages(lines: readonly string[], height: number): Promise<void> {
  let next = 0;
  let count = height;
  while (next < lines.length) {
    write(lines.slice(next, next + count));
    next += count;
    if (next >= lines.length) return;
    process.stdout.write(MORE);
    const key = await keyPressed();
    process.stdout.write(ERASE_LINE);
    if (key === "q" || key === "\u0003" || key === "\u0004" || key === "\u001b") return;
    count = key === "\r" || key === "\n" ? 1 : height;
  }
}

async function keyPressed(): Promise<string> {
  const { stdin } = process;
  stdin.setRawMode?.(true);
  stdin.resume();
  const [data] = (await once(stdin, "data")) as [Buffer | string];
  stdin.pause();
  stdin.setRawMode?.(false);
  return String(data).charAt(0);
}
