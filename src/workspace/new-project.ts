/** `lakelet init`: a new project from the template that the package ships. */
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { LakeletError } from "../errors/lakelet-error.js";

const PACKAGE = fileURLToPath(new URL("../../", import.meta.url));

/** Folders of the package and where they go in the project: the project's files, and the example with its data. */
const PARTS: readonly (readonly [from: string, to: string])[] = [
  ["templates/project", ""],
  ["pipelines/orders", "pipelines/daily_orders"],
  ["data/orders", "data/orders"],
];

/** npm leaves files of these names out of a package. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: ".gitignore" };

export interface NewProject {
  readonly folder: string;
  /** Relative to the folder. */
  readonly files: readonly string[];
  /** There already, left as they were. */
  readonly kept: readonly string[];
}

/** Never overwrites: a file that is there stays, but a lakelet.yml means that the project exists. Throws `PROJECT_EXISTS`. */
export function createProject(target: string): NewProject {
  const folder = resolve(target);
  if (existsSync(join(folder, "lakelet.yml"))) {
    throw new LakeletError({
      condition: "PROJECT_EXISTS",
      sqlState: "42000",
      problem: `${relative(process.cwd(), folder) || "This folder"} has a lakelet.yml already.`,
      cure: "Give another folder: `lakelet init <folder>`.",
    });
  }
  const wanted = PARTS.flatMap(([from, to]) =>
    filesIn(join(PACKAGE, from)).map((file) => ({
      from: join(PACKAGE, from, file),
      to: targetName(to === "" ? file : `${to}/${file}`),
    })),
  );
  const kept = wanted.filter(({ to }) => existsSync(join(folder, to))).map(({ to }) => to);
  const files = wanted.filter(({ to }) => !kept.includes(to));
  for (const { from, to } of files) cpSync(from, join(folder, to));
  if (!kept.includes("package.json")) fillPackage(folder);
  return { folder, files: files.map(({ to }) => to), kept };
}

function filesIn(folder: string, prefix = ""): readonly string[] {
  return readdirSync(join(folder, prefix))
    .sort()
    .flatMap((name) => {
      const path = prefix === "" ? name : `${prefix}/${name}`;
      return statSync(join(folder, path)).isDirectory() ? filesIn(folder, path) : [path];
    });
}

function targetName(file: string): string {
  const name = basename(file);
  return file.slice(0, file.length - name.length) + (RENAMED[name] ?? name);
}

/** The project's own name, and this version of lakelet. */
function fillPackage(folder: string): void {
  const path = join(folder, "package.json");
  const { version } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as { version: string };
  const name =
    basename(folder)
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, "-")
      .replace(/^[._-]+/, "") || "lakelet-project";
  const filled = readFileSync(path, "utf8").replace("__NAME__", name).replace("__VERSION__", version);
  const staged = `${path}.new`;
  writeFileSync(staged, filled);
  renameSync(staged, path);
}
