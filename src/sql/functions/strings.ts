/** Strings: every function over text and bytes, from the files of their kinds. */
import type { EngineLibrary } from "../../engine/engine.js";
import type { FunctionEntry } from "../typed.js";
import { concatFunctions } from "./concatenation.js";
import { encodingFunctions, encodingMacros, encodingScripts } from "./encodings.js";
import { maskFunctions, maskScripts } from "./masking.js";
import { searchFunctions, searchMacros, searchScripts } from "./string-search.js";
import { shapeFunctions, shapeMacros, shapeScripts } from "./string-shape.js";
import { partFunctions, partMacros } from "./substrings.js";
import { formatFunctions, formatScripts } from "./text-format.js";
import { urlFunctions, urlScripts } from "./urls.js";
import { utf8Functions, utf8Macros, utf8Scripts } from "./utf8.js";

export const stringFunctions: readonly FunctionEntry[] = [
  ...concatFunctions,
  ...shapeFunctions,
  ...partFunctions,
  ...searchFunctions,
  ...encodingFunctions,
  ...utf8Functions,
  ...formatFunctions,
  ...maskFunctions,
  ...urlFunctions,
  { kind: "refused", names: ["sentences"], alternative: "split(text, '[.!?]') and split of each part" },
  { kind: "refused", names: ["quote"], alternative: 'concat("\'", replace(text, "\'", "\\\\\'"), "\'")' },
];

export const stringLibrary: EngineLibrary = {
  macros: { ...shapeMacros, ...partMacros, ...searchMacros, ...encodingMacros, ...utf8Macros },
  functions: [
    ...shapeScripts,
    ...searchScripts,
    ...encodingScripts,
    ...utf8Scripts,
    ...formatScripts,
    ...maskScripts,
    ...urlScripts,
  ],
};
