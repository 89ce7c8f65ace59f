/** Structs. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const structFunctions: readonly FunctionEntry[] = [];

export const structLibrary: EngineLibrary = { macros: {}, functions: [] };
