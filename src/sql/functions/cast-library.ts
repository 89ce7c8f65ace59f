/** Macros and script functions that casts call. */
import type { EngineLibrary } from "../../engine/engine.js";

export const castLibrary: EngineLibrary = { macros: {}, functions: [] };
