/** The engine of a session that is still to come: made while nothing waits for it. */
import { createEngine, type EngineOptions } from "../../duckdb/duckdb-engine.js";
import type { Engine } from "../../engine/engine.js";

let ahead: { readonly key: string; readonly engine: Promise<Engine> } | undefined;

/** Makes an engine for the next session that wants one of these settings. One is kept at a time. */
export function makeEngineAhead(options: EngineOptions): void {
  const key = keyOf(options);
  if (ahead?.key === key) return;
  const before = ahead;
  ahead = { key, engine: createEngine(options) };
  // Told to the session that takes it.
  ahead.engine.catch(() => undefined);
  void before?.engine.then((engine) => engine.close()).catch(() => undefined);
}

/** The engine made ahead, or a new one. Throws INVALID_ENGINE_OPTION. */
export function takeEngine(options: EngineOptions): Promise<Engine> {
  if (ahead?.key !== keyOf(options)) return createEngine(options);
  const { engine } = ahead;
  ahead = undefined;
  return engine;
}

/** Closes the engine of a session, or has it serve the next one that wants the same settings, where nothing of this one would be left in it. */
export async function endEngine(engine: Engine, options: EngineOptions): Promise<void> {
  const renewed = ahead === undefined ? await engine.renew?.() : undefined;
  if (renewed === undefined) return engine.close();
  if (ahead === undefined) ahead = { key: keyOf(options), engine: Promise.resolve(renewed) };
  else await renewed.close();
}

function keyOf({ timeZone, memoryLimit, threads, temporaryFolder }: EngineOptions): string {
  return JSON.stringify([timeZone, memoryLimit, threads, temporaryFolder]);
}
