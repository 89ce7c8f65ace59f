/** Arrays. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const arrayFunctions: readonly FunctionEntry[] = [];

export const arrayLibrary: EngineLibrary = { macros: {}, functions: [] };
