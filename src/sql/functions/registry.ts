/** Every function and operator that lakelet's Spark SQL knows, by name; what is not in here is refused. */
import type { FunctionEntry } from "../typed.js";
import { aesFunctions } from "./aes.js";
import { aggregateFunctions } from "./aggregates.js";
import { arrayFunctions } from "./arrays.js";
import { bitmapFunctions } from "./bitmaps.js";
import { conditionFunctions } from "./conditions.js";
import { contextFunctions } from "./context-functions.js";
import { countMinSketchFunctions } from "./count-min-sketch.js";
import { csvFunctions } from "./csv-functions.js";
import { dateFunctions } from "./dates.js";
import { editDistance } from "./edit-distance.js";
import { generatorFunctions } from "./generators.js";
import { hashFunctions } from "./hashes.js";
import { higherOrderFunctions } from "./higher-order.js";
import { histogramFunctions } from "./histograms.js";
import { jsonFunctions } from "./json.js";
import { mapFunctions } from "./maps.js";
import { numberFormatFunctions } from "./number-format-functions.js";
import { numberFunctions } from "./numbers.js";
import { operatorFunctions } from "./operators.js";
import { randomValueFunctions } from "./random-values.js";
import { refusedFunctions } from "./refused-functions.js";
import { keywordFunctions } from "./sql-keywords.js";
import { stringFunctions } from "./strings.js";
import { structFunctions } from "./structs.js";
import { variantFunctions } from "./variants.js";
import { windowFunctions } from "./windows.js";

const FAMILIES: readonly (readonly FunctionEntry[])[] = [
  operatorFunctions,
  conditionFunctions,
  stringFunctions,
  numberFunctions,
  numberFormatFunctions,
  hashFunctions,
  contextFunctions,
  csvFunctions,
  dateFunctions,
  aggregateFunctions,
  keywordFunctions,
  countMinSketchFunctions,
  histogramFunctions,
  randomValueFunctions,
  bitmapFunctions,
  aesFunctions,
  windowFunctions,
  arrayFunctions,
  mapFunctions,
  structFunctions,
  higherOrderFunctions,
  jsonFunctions,
  variantFunctions,
  generatorFunctions,
  refusedFunctions,
];

const BY_NAME: ReadonlyMap<string, FunctionEntry> = new Map(
  FAMILIES.flat().flatMap((entry) => entry.names.map((name) => [name, entry] as const)),
);

/** The entry of a function or operator, letter case aside; undefined where lakelet does not know it. */
export function lookupFunction(name: string): FunctionEntry | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** All entries, each once. */
export function allFunctions(): readonly FunctionEntry[] {
  return FAMILIES.flat();
}

/** The known function whose name is nearest to an unknown one, where one is near enough to be what was meant. */
export function nearestFunction(name: string): string | undefined {
  const wanted = name.toLowerCase();
  let nearest: string | undefined;
  let least = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const [known, entry] of BY_NAME) {
    if (entry.kind === "refused" || !/^[a-z]/.test(known)) continue;
    const distance = editDistance(wanted, known);
    if (distance < least) [nearest, least] = [known, distance];
  }
  return nearest;
}
