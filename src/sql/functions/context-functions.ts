/** What a query may ask of its surroundings. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const contextFunctions: readonly FunctionEntry[] = [];

export const contextLibrary: EngineLibrary = { macros: {}, functions: [] };
