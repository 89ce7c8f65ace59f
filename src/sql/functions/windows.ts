/** Window functions. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const windowFunctions: readonly FunctionEntry[] = [];

export const windowLibrary: EngineLibrary = { macros: {}, functions: [] };
