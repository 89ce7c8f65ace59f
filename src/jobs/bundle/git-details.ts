/** `${bundle.git.branch}`, `commit`, `origin_url`: read from the nearest `.git`, empty where there is none. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export interface GitDetails {
  readonly branch: string;
  readonly commit: string;
  readonly origin_url: string;
}

const NONE: GitDetails = { branch: "", commit: "", origin_url: "" };

export function gitDetails(folder: string): GitDetails {
  const git = gitFolder(folder);
  const head = git && text(join(git, "HEAD"))?.trim();
  if (!git || !head) return NONE;
  const ref = /^ref: (.+)$/.exec(head)?.[1];
  // A worktree keeps its HEAD apart from the branches.
  const common = resolve(git, text(join(git, "commondir"))?.trim() ?? ".");
  return {
    branch: ref?.replace(/^refs\/heads\//, "") ?? "",
    commit: ref === undefined ? head : commitOf(common, ref),
    origin_url: originOf(text(join(common, "config")) ?? ""),
  };
}

function gitFolder(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const path = join(folder, ".git");
    if (existsSync(path)) {
      if (statSync(path).isDirectory()) return path;
      const target = /^gitdir: (.+)$/m.exec(text(path) ?? "")?.[1];
      return target === undefined ? undefined : resolve(folder, target);
    }
    if (folder === dirname(folder)) return undefined;
  }
}

function commitOf(git: string, ref: string): string {
  const loose = text(join(git, ref))?.trim();
  if (loose) return loose;
  const packed = text(join(git, "packed-refs")) ?? "";
  return (
    packed
      .split("\n")
      .find((line) => line.endsWith(` ${ref}`))
      ?.split(" ", 1)[0] ?? ""
  );
}

function originOf(config: string): string {
  const section = /\[remote "origin"\]([^[]*)/.exec(config)?.[1] ?? "";
  // A token in the address is nobody's business: jobs see what stays.
  return (/^\s*url\s*=\s*(.+)$/m.exec(section)?.[1] ?? "").trim().replace(/^(\w+:\/\/)[^@/]*@/, "$1");
}

function text(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
