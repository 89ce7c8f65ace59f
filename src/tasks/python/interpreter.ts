/** The Python that runs a task: the one that lakelet.yml names, that of an active or the project's own environment, or python3. */
import { type ExecFileException, execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";

export interface Interpreter {
  /** What is started: a path, or a name that the PATH leads to. */
  readonly command: string;
  /** `3.11.7` */
  readonly version: string;
  /** Absolute path of the program, as it calls itself. */
  readonly executable: string;
  /** Folders of the packages that it sees. */
  readonly packages: readonly string[];
}

export interface InterpreterRequest {
  /** `python` of lakelet.yml: a path (relative to the root where it has a slash), or a name on the PATH. */
  readonly wanted: string | undefined;
  readonly root: string;
}

/** Older ones run neither dbt nor today's Delta libraries. */
const OLDEST = [3, 9] as const;

/** Also of a virtual environment without pip; `site` is there in every Python. */
const PROBE = `import json, site, sys
print(json.dumps({"version": sys.version.split()[0], "executable": sys.executable, "packages": [p for p in sys.path if p.endswith(("site-packages", "dist-packages"))]}))`;

const PROBE_MS = 30_000;

/** Throws `PYTHON_NOT_FOUND` with what to install, and `UNSUPPORTED_PYTHON_VERSION`. */
export async function findInterpreter(request: InterpreterRequest): Promise<Interpreter> {
  const tried: string[] = [];
  for (const command of candidates(request)) {
    const found = await probe(command);
    if (typeof found === "string") {
      tried.push(found);
      continue;
    }
    const [major = 0, minor = 0] = found.version.split(".").map(Number);
    if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return found;
    throw tooOld(found);
  }
  throw notFound(request.wanted, tried);
}

function candidates({ wanted, root }: InterpreterRequest): readonly string[] {
  if (wanted !== undefined) return [/[/\\]/.test(wanted) ? resolve(root, wanted) : wanted];
  const environments = [process.env.VIRTUAL_ENV, process.env.CONDA_PREFIX, join(root, ".venv")];
  const own = environments.flatMap((folder) => (folder ? [pythonOf(folder)] : [])).filter((file) => existsSync(file));
  return [...own, ...(process.platform === "win32" ? ["python", "py"] : ["python3", "python"])];
}

/** The interpreter of a virtual environment. */
export function pythonOf(environment: string): string {
  return process.platform === "win32" ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
}

/** Why it is none, where it is none. */
function probe(command: string): Promise<Interpreter | string> {
  return new Promise((done) => {
    execFile(command, ["-c", PROBE], { timeout: PROBE_MS }, (error, stdout, stderr) => {
      if (error) return done(`${command}: ${whyNot(error, stderr)}`);
      try {
        const { version, executable, packages } = JSON.parse(stdout) as Omit<Interpreter, "command">;
        done({ command, version, executable, packages });
      } catch {
        done(`${command}: it does not answer as Python does`);
      }
    });
  });
}

function whyNot(error: ExecFileException, stderr: string): string {
  if (error.code === "ENOENT") return "there is no such program";
  if (error.code === "EACCES") return "it may not be executed";
  return stderr.trim().split("\n").at(-1) || error.message;
}

function notFound(wanted: string | undefined, tried: readonly string[]): LakeletError {
  const oldest = OLDEST.join(".");
  return new LakeletError({
    condition: "PYTHON_NOT_FOUND",
    sqlState: "58000",
    problem: wanted === undefined ? "There is no Python on this machine." : `\`python: ${wanted}\` is no Python.`,
    reason: `Tried ${tried.join("; ")}.`,
    cure:
      wanted === undefined
        ? `Install Python ${oldest} or newer (Debian: apt-get install python3 python3-venv; macOS: brew install python), or name one as \`python\` in lakelet.yml.`
        : `Name Python ${oldest} or newer as \`python\` in lakelet.yml.`,
  });
}

function tooOld({ command, version }: Interpreter): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_PYTHON_VERSION",
    sqlState: "0A000",
    problem: `${command} is Python ${version}.`,
    reason: `Tasks need Python ${OLDEST.join(".")} or newer.`,
    cure: "Install a newer one, or name it as `python` in lakelet.yml.",
    parameters: { version },
  });
}
