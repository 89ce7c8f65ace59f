/** Functions that take a lambda. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const higherOrderFunctions: readonly FunctionEntry[] = [];

export const higherOrderLibrary: EngineLibrary = { macros: {}, functions: [] };
