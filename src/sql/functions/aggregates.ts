/** Aggregates. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const aggregateFunctions: readonly FunctionEntry[] = [];

export const aggregateLibrary: EngineLibrary = { macros: {}, functions: [] };
