/** JSON texts. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const jsonFunctions: readonly FunctionEntry[] = [];

export const jsonLibrary: EngineLibrary = { macros: {}, functions: [] };
