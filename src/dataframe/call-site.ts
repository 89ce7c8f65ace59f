/** Where in the user's code a step of a DataFrame was made: for errors that come to light only when it runs. */
import { fileURLToPath } from "node:url";
import type { SourceLocation } from "../errors/lakelet-error.js";

/** Deep enough for the few frames of ours between the user's call and the plan's node. */
const FRAMES = 12;
const OWN_FOLDER = fileURLToPath(new URL("..", import.meta.url));

interface Site {
  readonly stack?: string;
}

const sites = new WeakMap<object, Site>();

/** Takes the stack's frames (three to six microseconds on an idle machine); they become text only when an error asks for them. */
export function rememberCallSite(plan: object): void {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const site: Site = {};
  Error.captureStackTrace(site, rememberCallSite);
  Error.stackTraceLimit = limit;
  sites.set(plan, site);
}

/** The user's line that made the plan's node; undefined where only our own frames were near. */
export function callSiteOf(plan: object): SourceLocation | undefined {
  const lines = sites.get(plan)?.stack?.split("\n") ?? [];
  for (const line of lines) {
    const [, where, row, column] = /\(?((?:file:\/\/)?\/[^()]*?|[A-Za-z]:[^()]*?):(\d+):(\d+)\)?$/.exec(line) ?? [];
    if (where === undefined) continue;
    const file = where.startsWith("file:") ? fileURLToPath(where) : where;
    if (file.startsWith(OWN_FOLDER) || file.includes("/node_modules/")) continue;
    return { file, line: Number(row), column: Number(column) };
  }
  return undefined;
}
