/** Macros and script functions of the SQL room, installed into the database when a statement first names them. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { EngineLibrary, ScriptFunction } from "../engine/engine.js";
import type { ConnectionPool } from "./connection-pool.js";
import { registerScriptFunction } from "./script-function.js";

export class LibraryInstallation {
  /** What is still to install, by lower-cased name. */
  readonly #macros = new Map<string, string>();
  readonly #functions = new Map<string, ScriptFunction>();
  readonly #mention: RegExp | undefined;
  /** One installation after the other, for two connections that create one macro at a time would conflict. */
  #queue: Promise<void> = Promise.resolve();
  /** Names whose installation has begun, with its end. */
  readonly #begun = new Map<string, Promise<void>>();
  readonly #installed = new Set<string>();

  /** @param installed names of the library that the database has already, lower-cased */
  constructor(
    private readonly pool: ConnectionPool,
    library: EngineLibrary | undefined,
    installed: Iterable<string> = [],
  ) {
    for (const name of installed) {
      this.#begun.set(name, Promise.resolve());
      this.#installed.add(name);
    }
    for (const [name, sql] of Object.entries(library?.macros ?? {})) this.#macros.set(name.toLowerCase(), sql);
    for (const one of library?.functions ?? []) this.#functions.set(one.name.toLowerCase(), one);
    this.#mention = mentionPattern([...this.#macros.keys(), ...this.#functions.keys()]);
  }

  /** What the database has, by lower-cased name. */
  get installed(): ReadonlySet<string> {
    return this.#installed;
  }

  /** A function that comes later than the library. */
  add(script: ScriptFunction): void {
    const name = script.name.toLowerCase();
    if (!this.#functions.has(name)) this.#functions.set(name, script);
  }

  /** Installs what the statement names, and what that names in turn; nothing to wait for when all is there. */
  async installFor(sql: string): Promise<void> {
    const needed = this.#needed(sql);
    if (needed.length === 0) return;
    const missing = needed.filter((name) => !this.#begun.has(name));
    if (missing.length > 0) {
      const installed = this.#queue.then(() => this.pool.use((connection) => this.#install(connection, missing)));
      this.#queue = installed.catch(() => undefined);
      for (const name of missing) this.#begun.set(name, installed);
    }
    await Promise.all(new Set(needed.map((name) => this.#begun.get(name))));
  }

  /** Names in dependency order: what a macro's text names comes before it. */
  #needed(sql: string, found: string[] = [], visited = new Set<string>()): string[] {
    if (!this.#mention) return found;
    for (const [word] of sql.matchAll(this.#mention)) {
      const name = word.toLowerCase();
      if (visited.has(name)) continue;
      visited.add(name);
      const macro = this.#macros.get(name);
      if (macro !== undefined) this.#needed(macro, found, visited);
      if (macro !== undefined || this.#functions.has(name)) found.push(name);
    }
    return found;
  }

  async #install(connection: DuckDBConnection, names: readonly string[]): Promise<void> {
    for (const name of names) {
      const macro = this.#macros.get(name);
      const script = this.#functions.get(name);
      if (script) await installFunction(connection, script);
      if (macro !== undefined) await connection.run(macro);
      this.#installed.add(name);
    }
  }
}

async function installFunction(connection: DuckDBConnection, script: ScriptFunction): Promise<void> {
  const typed = [...script.parameters, script.returns].map((type, i) => `CAST(NULL AS ${type}) AS c${i}`);
  const statement = await connection.prepare(`SELECT ${typed.join(", ")}`);
  try {
    const parameterTypes = script.parameters.map((_, i) => statement.columnType(i));
    registerScriptFunction(connection, script, parameterTypes, statement.columnType(script.parameters.length));
  } finally {
    statement.destroySync();
  }
}

/** Finds words that may be names of the library. The few prefixes that names have let the search skip through long statements. */
function mentionPattern(names: readonly string[]): RegExp | undefined {
  if (names.length === 0) return undefined;
  const prefixes = new Set(names.map((name) => /^[a-z0-9]+_/.exec(name)?.[0] ?? ""));
  if (prefixes.has("") || prefixes.size > 8) return /\b[a-z_]\w*(?="?\s*\()/gi;
  return new RegExp(`\\b(?:${[...prefixes].join("|")})\\w*`, "gi");
}
