/** Operators under their Spark spelling: arithmetic, comparison, logic, bits, patterns. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";
import { arithmeticFunctions } from "./arithmetic.js";
import { bitFunctions, bitMacros } from "./bits.js";
import { comparisonFunctions } from "./comparisons.js";
import { decimalMacros, decimalScripts } from "./decimal-arithmetic.js";
import { likeFunctions } from "./like.js";
import { logicFunctions } from "./logic.js";
import { regexFunctions, regexScripts } from "./regex-functions.js";
import { tryArithmeticFunctions } from "./try-arithmetic.js";

export const operatorFunctions: readonly FunctionEntry[] = [
  ...arithmeticFunctions,
  ...tryArithmeticFunctions,
  ...comparisonFunctions,
  ...logicFunctions,
  ...bitFunctions,
  ...likeFunctions,
  ...regexFunctions,
];

export const operatorLibrary: EngineLibrary = {
  macros: { ...bitMacros, ...decimalMacros },
  functions: [...decimalScripts, ...regexScripts],
};
