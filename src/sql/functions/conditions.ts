/** Conditions and null handling. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const conditionFunctions: readonly FunctionEntry[] = [];

export const conditionLibrary: EngineLibrary = { macros: {}, functions: [] };
