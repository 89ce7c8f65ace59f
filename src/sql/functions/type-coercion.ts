/** Type coercion, as the functions see it. */
export {
  canImplicitlyCast,
  commonType,
  isAtomic,
  isDatetime,
  isFractional,
  isIntegral,
  isNumeric,
} from "../analysis/coercion.js";
