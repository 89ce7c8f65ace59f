/** All functions under one name, as PySpark has them: `import { functions as F } from "lakelet"`. */
export { udf } from "../user-function.js";
export * from "./aggregates.js";
export * from "./arrays.js";
export * from "./basics.js";
export * from "./context.js";
export * from "./dates.js";
export * from "./lambdas.js";
export * from "./numbers.js";
export * from "./patterns.js";
export * from "./sketches.js";
export * from "./strings.js";
export * from "./structures.js";
export * from "./user-code.js";
export * from "./variants.js";
export * from "./windows.js";
export * from "./xml.js";
