/** The parser library (WASM), loaded once; the only file that imports it. */
import { setFlagsFromString } from "node:v8";
import { LakeletError } from "../../errors/lakelet-error.js";

/** A node of the library's tree: one key, its type, over its fields. */
export type LibraryNode = Readonly<Record<string, unknown>>;

export type LibraryResult =
  | { readonly success: true; readonly statements: readonly LibraryNode[] }
  | { readonly success: false; readonly message: string; readonly offset: number };

type Library = typeof import("@polyglot-sql/sdk");
let library: Library | undefined;

/** Loads the parser library (about 100 ms, once a process); to be awaited before anything of this room is called. */
export async function loadParser(): Promise<void> {
  // Each function of the parser that is compiled anew because it runs often takes memory that stays: one at a time saves 70 MB.
  if (library === undefined) setFlagsFromString("--wasm-num-compilation-tasks=1");
  library ??= await import("@polyglot-sql/sdk");
}

/** Parses a text in which names, literals and calls are placeholders. Throws INTERNAL_ERROR where {@link loadParser} was not awaited. */
export function parseWithLibrary(text: string): LibraryResult {
  if (library === undefined) {
    throw new LakeletError({
      condition: "INTERNAL_ERROR",
      sqlState: "XX000",
      problem: "The SQL parser was used before it was loaded.",
      cure: "Await loadParser() first, as the session does.",
    });
  }
  const result = library.parse(text, library.Dialect.Databricks);
  if (result.success) return { success: true, statements: result.ast as unknown as readonly LibraryNode[] };
  return { success: false, message: result.error, offset: result.errorStart ?? text.length };
}
