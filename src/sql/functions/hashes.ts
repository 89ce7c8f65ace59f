/** Hashes and checksums. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const hashFunctions: readonly FunctionEntry[] = [];

export const hashLibrary: EngineLibrary = { macros: {}, functions: [] };
