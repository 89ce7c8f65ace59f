/** The package built as it is published, so that tests can start its command and its workers: once for each state of the sources. */
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const BUILDS = join(ROOT, ".cache/build");
const BUNDLE = join(ROOT, ".ci/bundle.mjs");

const KEPT_MS = 15 * 60_000;

export interface BuiltPackage {
  /** Its folder, with dist/ inside. */
  readonly folder: string;
  /** The command's entry. */
  readonly command: string;
}

let built: BuiltPackage | undefined;

/** Builds where this state of src/ has not been built yet; several processes may ask at once. */
export function builtPackage(): BuiltPackage {
  if (built) return built;
  const folder = join(BUILDS, digestOfSources());
  if (!existsSync(folder)) build(folder);
  built = { folder, command: join(folder, "dist/cli/main.js") };
  return built;
}

function build(folder: string): void {
  const staged = `${folder}.${process.pid}`;
  buildPackage(staged);
  for (const name of readdirSync(BUILDS)) {
    const other = join(BUILDS, name);
    // Builds of other states, once no test can still be using them.
    if (Date.now() - statSync(other).mtimeMs > KEPT_MS) rmSync(other, { recursive: true, force: true });
  }
  try {
    renameSync(staged, folder);
  } catch {
    // Another process was first with the same build.
    rmSync(staged, { recursive: true, force: true });
  }
}

/** Builds into a folder of one's own. @param entries modules of src/ (without their extension) to have as files beside the public ones */
export function buildPackage(folder: string, entries: readonly string[] = []): void {
  mkdirSync(folder, { recursive: true });
  const wanted = entries.flatMap((entry) => ["--entry", entry]);
  execFileSync(process.execPath, [BUNDLE, "--out", join(folder, "dist"), ...wanted]);
  copyFileSync(join(ROOT, "package.json"), join(folder, "package.json"));
  for (const beside of ["assets", "templates"]) symlinkSync(join(ROOT, beside), join(folder, beside));
}

function digestOfSources(): string {
  const digest = createHash("sha256").update(readFileSync(BUNDLE));
  for (const file of readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).sort()) {
    if (file.endsWith(".ts")) digest.update(file).update(readFileSync(join(ROOT, "src", file)));
  }
  return digest.digest("hex").slice(0, 16);
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `lakelet` in a folder, without a terminal. */
export function lakelet(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, NO_COLOR: "1", ...env } };
    execFile(process.execPath, [builtPackage().command, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}
