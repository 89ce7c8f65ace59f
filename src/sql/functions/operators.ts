/** Operators under their Spark spelling, and the bit functions. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const operatorFunctions: readonly FunctionEntry[] = [];

export const operatorLibrary: EngineLibrary = { macros: {}, functions: [] };
