/** What the functions of SQL add to the engine: the macros and script functions of every family. */
import type { EngineLibrary } from "../../engine/engine.js";
import { aesLibrary } from "./aes.js";
import { aggregateLibrary } from "./aggregates.js";
import { arrayLibrary } from "./arrays.js";
import { bitmapLibrary } from "./bitmaps.js";
import { castLibrary } from "./cast-library.js";
import { conditionLibrary } from "./conditions.js";
import { contextLibrary } from "./context-functions.js";
import { countMinSketchLibrary } from "./count-min-sketch.js";
import { csvLibrary } from "./csv-functions.js";
import { dateLibrary } from "./dates.js";
import { generatorLibrary } from "./generators.js";
import { hashLibrary } from "./hashes.js";
import { higherOrderLibrary } from "./higher-order.js";
import { histogramLibrary } from "./histograms.js";
import { jsonLibrary } from "./json.js";
import { mapLibrary } from "./maps.js";
import { numberFormatLibrary } from "./number-format-functions.js";
import { numberLibrary } from "./numbers.js";
import { operatorLibrary } from "./operators.js";
import { randomValueLibrary } from "./random-values.js";
import { stringLibrary } from "./strings.js";
import { structLibrary } from "./structs.js";
import { variantLibrary } from "./variant-library.js";
import { windowLibrary } from "./windows.js";

const LIBRARIES: readonly EngineLibrary[] = [
  operatorLibrary,
  castLibrary,
  conditionLibrary,
  stringLibrary,
  numberLibrary,
  numberFormatLibrary,
  hashLibrary,
  contextLibrary,
  csvLibrary,
  dateLibrary,
  aggregateLibrary,
  countMinSketchLibrary,
  histogramLibrary,
  randomValueLibrary,
  bitmapLibrary,
  aesLibrary,
  windowLibrary,
  arrayLibrary,
  mapLibrary,
  structLibrary,
  higherOrderLibrary,
  jsonLibrary,
  variantLibrary,
  generatorLibrary,
];

export const engineLibrary: EngineLibrary = {
  macros: Object.assign({}, ...LIBRARIES.map((one) => one.macros)),
  functions: LIBRARIES.flatMap((one) => one.functions),
};
