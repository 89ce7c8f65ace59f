/** Virtual environments that lakelet makes: one for each set of requirements, made once, kept under the state folder. */
import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { AttemptEvent } from "../../jobs/run/attempt.js";
import { withLock } from "./environment-lock.js";
import { type Interpreter, pythonOf } from "./interpreter.js";
import { type ProcessEnd, runProcess } from "./python-process.js";
import type { Requirements } from "./requirements.js";

export interface ManagedEnvironmentRequest {
  /** Receives a folder for each environment. */
  readonly folder: string;
  readonly interpreter: Interpreter;
  readonly requirements: Requirements;
  /** Whether it also sees the interpreter's own packages, as a task's libraries come on top of what a cluster has. */
  readonly inherits: boolean;
  readonly emit: (event: AttemptEvent) => void;
}

/** Part of the name: raised when environments of that name would be made otherwise. */
const GENERATION = 1;
const PIP_INSTALL = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"];

/**
 * The Python of the environment; the interpreter itself where nothing is to be installed. An environment is made under a name of its own
 * and gets the name of its requirements, by which others find it, when it is whole: one that was killed half-way is never used.
 * Throws `LIBRARY_INSTALLATION_FAILED`.
 */
export async function managedEnvironment(request: ManagedEnvironmentRequest): Promise<string> {
  if (request.requirements.installs.length === 0) return request.interpreter.command;
  const { folder, emit } = request;
  const whole = join(folder, nameOf(request));
  if (!existsSync(whole)) {
    mkdirSync(folder, { recursive: true });
    await withLock(
      `${whole}.lock`,
      () => make(request, whole),
      ({ pid }) => say(emit, `Waiting for the process ${pid}, which installs the same libraries ...`),
    );
  }
  return pythonOf(realpathSync(whole));
}

async function make(request: ManagedEnvironmentRequest, whole: string): Promise<void> {
  if (existsSync(whole)) return;
  const { folder } = request;
  // Left by a process that was killed: only the holder of the lock makes one of this name.
  for (const one of readdirSync(folder)) {
    if (join(folder, one).startsWith(`${whole}-`)) rmSync(join(folder, one), { recursive: true, force: true });
  }
  const made = `${whole}-${randomBytes(4).toString("hex")}`;
  try {
    await install(request, made);
    symlinkSync(made, whole, "junction");
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

async function install(request: ManagedEnvironmentRequest, folder: string): Promise<void> {
  const { interpreter, requirements, emit } = request;
  const what = requirements.installs.flat();
  say(emit, `Installing ${what.join(", ")} for Python ${interpreter.version} (once) ...`);
  const run = (command: string, ...args: readonly string[]) =>
    runProcess({ command, args, cwd: request.folder, env: process.env, emit: () => undefined });
  const made = await run(interpreter.command, "-m", "venv", folder);
  if (made.code !== 0) throw noEnvironment(interpreter, made);
  const python = pythonOf(folder);
  if (request.inherits) await inherit(python, interpreter, run);
  for (const [i, lines] of requirements.installs.entries()) {
    const list = join(folder, `requirements-${i}.txt`);
    // In a file, no name of a package is taken for an option of the command.
    writeFileSync(list, `${lines.join("\n")}\n`);
    const ended = await run(python, ...PIP_INSTALL, "-r", list);
    if (ended.code !== 0) throw notInstalled(lines, ended);
  }
}

/** Makes the interpreter's packages importable behind the environment's own. */
async function inherit(
  python: string,
  { packages }: Interpreter,
  run: (command: string, ...args: readonly string[]) => Promise<ProcessEnd>,
): Promise<void> {
  const code = `import json, os, sys, sysconfig
lines = ["import site; site.addsitedir(%r)" % folder for folder in json.loads(sys.argv[1])]
open(os.path.join(sysconfig.get_path("purelib"), "lakelet-inherited.pth"), "w").write("\\n".join(lines) + "\\n")`;
  const ended = await run(python, "-c", code, JSON.stringify(packages));
  if (ended.code !== 0) throw new Error(`the environment's site-packages cannot be written: ${ended.stderr}`);
}

/** Of what is installed and for what: a wheel that was built again is another one. */
function nameOf({ interpreter, requirements, inherits }: ManagedEnvironmentRequest): string {
  const { executable, version, packages } = interpreter;
  const hash = createHash("sha256");
  hash.update(JSON.stringify([GENERATION, executable, version, inherits && packages, requirements.installs]));
  for (const file of requirements.files) hash.update(`\0${file}\0`).update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}

function say(emit: (event: AttemptEvent) => void, text: string): void {
  emit({ type: "output", output: { kind: "text", stream: "stdout", text: `${text}\n` } });
}

function noEnvironment({ command, version }: Interpreter, { stderr }: ProcessEnd): LakeletError {
  const [major, minor] = version.split(".");
  return new LakeletError({
    condition: "LIBRARY_INSTALLATION_FAILED",
    sqlState: "58000",
    problem: `${command} (Python ${version}) cannot make a virtual environment.`,
    reason: stderr.trim().split("\n").at(-1) ?? "",
    cure: `Install its venv module (Debian: apt-get install python${major}.${minor}-venv).`,
  });
}

function notInstalled(lines: readonly string[], { stderr }: ProcessEnd): LakeletError {
  const errors = stderr.split("\n").filter((line) => line.startsWith("ERROR:"));
  const said = (errors.length > 0 ? errors : stderr.trim().split("\n").slice(-3)).join(" ");
  return new LakeletError({
    condition: "LIBRARY_INSTALLATION_FAILED",
    sqlState: "58000",
    problem: `pip could not install ${lines.join(", ")}.`,
    reason: `${said.replaceAll("ERROR: ", "").replace(/\.?$/, ".")}`,
    cure: "Check names and versions, and that the package index can be reached; or name a `python` in lakelet.yml that has them, and leave the libraries out.",
  });
}
