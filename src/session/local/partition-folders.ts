/** Folders `column=value` that hold the rows of one partition, as Spark names them. */

/** What stands for NULL and for the empty text. */
export const DEFAULT_PARTITION = "__HIVE_DEFAULT_PARTITION__";

/** `day=2024-01-15/city=S%C3%A3o`: signs that a file system may not like are written in hex. */
export function partitionFolder(columns: readonly string[], values: readonly (string | null)[]): string {
  return columns
    .map((name, i) => {
      const value = values[i] ?? null;
      return `${escaped(name)}=${value === null || value === "" ? DEFAULT_PARTITION : escaped(value)}`;
    })
    .join("/");
}

/** The values that a file's folders give, by column; `root` is the folder that was read. */
export function partitionValues(root: string, file: string): ReadonlyMap<string, string | null> {
  const below = file.startsWith(`${root}/`)
    ? file
        .slice(root.length + 1)
        .split("/")
        .slice(0, -1)
    : [];
  return new Map(
    below.flatMap((segment) => {
      const [, name, value] = /^([^=]+)=(.*)$/.exec(segment) ?? [];
      if (name === undefined || value === undefined) return [];
      return [[unescaped(name), value === DEFAULT_PARTITION ? null : unescaped(value)] as const];
    }),
  );
}

function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be escaped
  return text.replace(/[\u0001-\u001f"#%'*/:=?\\\u007f{[\]^]/g, (sign) => {
    const code = sign.charCodeAt(0).toString(16).toUpperCase();
    return `%${code.padStart(2, "0")}`;
  });
}

function unescaped(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
