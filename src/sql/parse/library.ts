/** The parser library (WASM), loaded once; the only file that imports it. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { LakeletError } from "../../errors/lakelet-error.js";

/** A node of the library's tree: one key, its type, over its fields. */
export type LibraryNode = Readonly<Record<string, unknown>>;

export type LibraryResult =
  | { readonly success: true; readonly statements: readonly LibraryNode[] }
  | { readonly success: false; readonly message: string; readonly offset: number };

type Library = typeof import("@polyglot-sql/sdk");
let library: Library | undefined;
let loading: Promise<Library> | undefined;

/** Loads the parser library (about 100 ms, once a process); to be awaited before anything of this room is called. */
export async function loadParser(): Promise<void> {
  loading ??= loadLibrary();
  library = await loading;
}

/** What the entry for browsers takes. Its type names a URL alone, but that would be fetched, and Node's fetch costs 50 ms more than the bytes. */
type ManualLibrary = Library & { init(from: { readonly wasmUrl: Uint8Array }): Promise<void> };

async function loadLibrary(): Promise<Library> {
  // To compile the parser's few huge functions anew, because they run often, costs two seconds of CPU and 130 MB, which thirty thousand
  // statements do not earn back, and Node waits for it when the process ends. Other libraries are compiled anew as ever: how each one is
  // treated is settled when it is loaded.
  setFlagsFromString("--no-wasm-tier-up");
  setFlagsFromString("--no-wasm-dynamic-tiering");
  const manual = (await import("@polyglot-sql/sdk/manual")) as unknown as ManualLibrary;
  const bytes = await readFile(createRequire(import.meta.url).resolve("@polyglot-sql/sdk/polyglot_sql.wasm"));
  // Most of its 22 MB is never called: a function is validated when it first is. Other libraries are validated as ever.
  setFlagsFromString("--wasm-lazy-validation");
  try {
    await manual.init({ wasmUrl: bytes });
  } finally {
    setFlagsFromString("--no-wasm-lazy-validation");
    setFlagsFromString("--wasm-dynamic-tiering");
  }
  return manual;
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
