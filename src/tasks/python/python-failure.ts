/** How a Python program that ended badly becomes the failure of an attempt. */
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import type { AttemptFailure } from "../../jobs/run/attempt.js";
import { codeFrame } from "../failure.js";
import type { ProcessEnd } from "./python-process.js";
import { lastTraceback, placeIn, type TracebackFrame } from "./traceback.js";

/** The same file gives them again. */
const NOT_TRANSIENT: readonly string[] = ["SyntaxError", "IndentationError", "TabError", "ModuleNotFoundError"];
const SHOWN_LINES = 10;

/** @param cure what helps where a module is missing */
export function pythonFailure(end: ProcessEnd, root: string, cure: string): AttemptFailure {
  const traceback = lastTraceback(end.stderr);
  if (!traceback) return { message: endText(end), retryable: true };
  const place = placeIn(traceback, root);
  const missing = traceback.type === "ModuleNotFoundError" ? ` ${cure}` : "";
  return {
    message: `${traceback.exception}${missing}`,
    retryable: !NOT_TRANSIENT.includes(traceback.type),
    stack: traceback.text,
    ...(place && shown(place)),
  };
}

function shown({ file, line }: TracebackFrame): Pick<AttemptFailure, "location" | "frame"> {
  const location = { file: relative(process.cwd(), file) || file, line };
  return existsSync(file) ? { location, frame: codeFrame(readFileSync(file, "utf8"), line) } : { location };
}

function endText({ code, signal, stderr }: ProcessEnd): string {
  const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  const said = stderr.trim().split("\n").slice(-SHOWN_LINES).join("\n");
  return said === "" ? `The Python process ${how}.` : `${said}\nThe Python process ${how}.`;
}
