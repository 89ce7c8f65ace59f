/** Files by a pattern with the CLI's own rules: `*`, `?` and `[abc]` within one folder; `**` is no more than `*`. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Paths from `folder`, sorted, with `/` between their parts. */
export function filesMatching(pattern: string, folder: string): readonly string[] {
  const segments = pattern.split("/").filter((segment) => segment !== "" && segment !== ".");
  let found = [""];
  for (const segment of segments) found = found.flatMap((base) => step(base, segment, folder));
  return found.filter((path) => path !== "").sort();
}

export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

function step(base: string, segment: string, folder: string): readonly string[] {
  const under = (name: string) => (base === "" ? name : `${base}/${name}`);
  if (!isPattern(segment)) return existsSync(join(folder, base, segment)) ? [under(segment)] : [];
  const matcher = segmentMatcher(segment);
  return names(join(folder, base))
    .filter((name) => matcher.test(name))
    .map(under);
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A file where the pattern has a folder, or a folder that may not be read: no match there.
    return [];
  }
}

function segmentMatcher(segment: string): RegExp {
  const source = segment.replace(/\*+|\?|\[\^?[^\]/]+\]|[^*?[]+|\[/g, (part) => {
    if (part.startsWith("*")) return "[^/]*";
    if (part === "?") return "[^/]";
    if (part.startsWith("[") && part.length > 1) return `[${part.slice(1, -1).replace(/\\/g, "\\\\")}]`;
    return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  try {
    return new RegExp(`^${source}$`, "u");
  } catch {
    // A range such as [z-a]: it matches nothing.
    return /(?!)/;
  }
}
