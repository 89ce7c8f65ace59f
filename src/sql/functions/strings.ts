/** Strings. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const stringFunctions: readonly FunctionEntry[] = [];

export const stringLibrary: EngineLibrary = { macros: {}, functions: [] };
