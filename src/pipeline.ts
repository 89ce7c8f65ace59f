/** What a TypeScript source of a declarative pipeline imports: pipeline, spark, the expectations and all functions. */
export * from "./index.js";
export { spark } from "./pipeline/bound-session.js";
export type { QueryFunction } from "./pipeline/declarations.js";
export { type AppendFlowOptions, DeclaredDataset, pipeline } from "./pipeline/declare.js";
export type { AutoCdcOptions, SnapshotOptions } from "./pipeline/declare-changes.js";
export type { TableOptions, ViewOptions } from "./pipeline/declare-options.js";
