/** CSV texts. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const csvFunctions: readonly FunctionEntry[] = [];

export const csvLibrary: EngineLibrary = { macros: {}, functions: [] };
