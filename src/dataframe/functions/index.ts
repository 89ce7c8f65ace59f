/** Spark's functions as TypeScript functions of columns; names, argument orders and meanings are PySpark's. */
export * from "./aggregates.js";
export * from "./basics.js";
export * from "./collections.js";
export * from "./dates.js";
export * from "./strings.js";
