/** Functions over regular expressions of Java's syntax. */
import type { ScriptFunction } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";

export const regexFunctions: readonly FunctionEntry[] = [];
export const regexScripts: readonly ScriptFunction[] = [];
