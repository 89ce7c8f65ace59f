/** Patterns of SHOW: `*` is any text, `|` is or, letter case aside. */
export function matches(name: string, pattern: string | undefined): boolean {
  if (pattern === undefined) return true;
  const source = pattern
    .split("|")
    .map((one) =>
      one
        .trim()
        .replace(/[.+?^${}()[\]\\]/g, "\\$&")
        .replaceAll("*", ".*"),
    )
    .join("|");
  return new RegExp(`^(${source})$`, "is").test(name);
}
