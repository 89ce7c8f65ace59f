/** Maps. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const mapFunctions: readonly FunctionEntry[] = [];

export const mapLibrary: EngineLibrary = { macros: {}, functions: [] };
