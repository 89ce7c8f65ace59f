/** Generators: rows from one row. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const generatorFunctions: readonly FunctionEntry[] = [];

export const generatorLibrary: EngineLibrary = { macros: {}, functions: [] };
