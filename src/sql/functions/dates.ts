/** Dates, timestamps and intervals. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const dateFunctions: readonly FunctionEntry[] = [];

export const dateLibrary: EngineLibrary = { macros: {}, functions: [] };
