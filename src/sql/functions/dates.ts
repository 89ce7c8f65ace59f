/** Dates, timestamps and intervals: the family's entries, and what they add to the engine. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";
import { dateFieldFunctions } from "./date-fields.js";
import { formatFunctions } from "./date-format.js";
import { dateArithmeticFunctions, dateMacros } from "./date-functions.js";
import { parseFunctions, parseMacros } from "./date-parse.js";
import { dateTextFunctions } from "./date-texts.js";
import { instantFunctions, instantMacros } from "./instants.js";
import { intervalFunctions } from "./intervals.js";
import { timeWindowFunctions } from "./time-window.js";
import { zoneMacros } from "./time-zone.js";

export const dateFunctions: readonly FunctionEntry[] = [
  ...dateFieldFunctions,
  ...dateArithmeticFunctions,
  ...dateTextFunctions,
  ...instantFunctions,
  ...intervalFunctions,
  ...timeWindowFunctions,
];

export const dateLibrary: EngineLibrary = {
  macros: { ...zoneMacros, ...dateMacros, ...parseMacros, ...instantMacros },
  functions: [...parseFunctions, ...formatFunctions],
};
