/** A shell that outlives the runner: where that is killed, what its workers do ends with it, also what cannot notice by itself. */
import { type ChildProcess, spawn } from "node:child_process";
import { processMark, thisProcess } from "./process-identity.js";
import { MARK_VARIABLE } from "./process-tree.js";

/**
 * Each line of its input has the groups that there are, the last one counts. The input ends without `end` where the runner was killed:
 * then the groups and whatever has the mark (on Linux) are killed. A worker in a loop of its own would hear of nothing.
 */
const SCRIPT = `
while read -r line; do
  [ "$line" = end ] && exit 0
  groups=$line
done
for group in $groups; do kill -9 "-$group"; done
for file in $(grep -lsF "$1" /proc/[0-9]*/environ); do
  pid=\${file#/proc/}
  kill -9 "\${pid%/environ}"
done
`;

export class RunnerWatch {
  readonly #shell: ChildProcess | undefined;

  constructor() {
    if (process.platform === "win32") return;
    const mark = `${MARK_VARIABLE}=${processMark(thisProcess())}`;
    // No variables of the runner's: it must not be found by a mark that the runner itself may have.
    const env = { PATH: process.env.PATH ?? "/usr/bin:/bin" };
    const stdio = ["pipe", "ignore", "ignore"] as const;
    this.#shell = spawn("/bin/sh", ["-c", SCRIPT, "lakelet", mark], { detached: true, stdio: [...stdio], env });
    // Without a shell workers notice by themselves, as far as they can.
    this.#shell.on("error", () => undefined);
    this.#shell.stdin?.on("error", () => undefined);
    this.#shell.unref();
  }

  /** @param groups leaders of all groups that are to end with the runner */
  tell(groups: readonly number[]): void {
    this.#shell?.stdin?.write(`${groups.join(" ")}\n`);
  }

  /** Nothing is left to watch over. */
  end(): void {
    this.#shell?.stdin?.end("end\n");
  }
}
