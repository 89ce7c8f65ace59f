/** The entry to the engine on DuckDB: settings in, a running in-memory engine out. The library is loaded when the first one is made. */
import type { Engine } from "../engine/engine.js";
import type { EngineOptions } from "./engine-options.js";

export type { EngineOptions } from "./engine-options.js";

/**
 * Makes an engine with a database of its own in memory.
 * Throws INVALID_ENGINE_OPTION for a setting that DuckDB refuses.
 * @example
 * const engine = await createEngine({ memoryLimit: "2GB" });
 * const { rows } = await engine.run("SELECT 1 AS one"); // [[1]]
 * await engine.close();
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const { openInMemoryEngine } = await import("./in-memory-engine.js");
  return openInMemoryEngine(options);
}
