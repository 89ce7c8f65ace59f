/** Numbers. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const numberFunctions: readonly FunctionEntry[] = [];

export const numberLibrary: EngineLibrary = { macros: {}, functions: [] };
