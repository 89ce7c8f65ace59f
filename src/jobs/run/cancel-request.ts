/** A request to end a run, left in its folder by any process and found there by the runner. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Its name in the run's folder. */
export const CANCEL_REQUEST = "cancel";
const LOOK_EVERY_MS = 200;

export function writeCancelRequest(runFolder: string, message: string): void {
  writeFileSync(join(runFolder, CANCEL_REQUEST), message);
}

/** Looks for a request until told to stop; each one is heard once. A timer of its own does not keep the process. */
export function watchCancelRequest(runFolder: string, cancel: (message: string) => void): { stop(): void } {
  const file = join(runFolder, CANCEL_REQUEST);
  const timer = setInterval(() => {
    if (!existsSync(file)) return;
    clearInterval(timer);
    cancel(readFileSync(file, "utf8") || "The run was canceled.");
  }, LOOK_EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
