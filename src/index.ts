/** The public API of lakelet. */
export { withAuditColumns } from "./dataframe/audit-columns.js";
export { Column, SortColumn } from "./dataframe/column.js";
export { DataFrame } from "./dataframe/data-frame.js";
export * from "./dataframe/functions/aggregates.js";
export * from "./dataframe/functions/arrays.js";
export * from "./dataframe/functions/basics.js";
export * from "./dataframe/functions/context.js";
export * from "./dataframe/functions/dates.js";
export * as functions from "./dataframe/functions/every.js";
export * from "./dataframe/functions/lambdas.js";
export * from "./dataframe/functions/numbers.js";
export * from "./dataframe/functions/patterns.js";
export * from "./dataframe/functions/sketches.js";
export * from "./dataframe/functions/strings.js";
export * from "./dataframe/functions/structures.js";
export * from "./dataframe/functions/user-code.js";
export * from "./dataframe/functions/variants.js";
export * from "./dataframe/functions/windows.js";
export * from "./dataframe/functions/xml.js";
export { GroupedData } from "./dataframe/grouped-data.js";
export { MergeIntoWriter } from "./dataframe/merge-into-writer.js";
export { DataFrameNaFunctions } from "./dataframe/na-functions.js";
export { Observation } from "./dataframe/observation.js";
export type { WriteSummary } from "./dataframe/query-executor.js";
export { DataFrameReader } from "./dataframe/reader.js";
export type { RowSchema } from "./dataframe/row-schema.js";
export { DataFrameStatFunctions } from "./dataframe/stat-functions.js";
export { StorageLevel } from "./dataframe/storage-level.js";
export { TypedFrame } from "./dataframe/typed-frame.js";
export * from "./dataframe/types.js";
export { type UserDefinedFunction, type UserFunctionOptions, udf } from "./dataframe/user-function.js";
export { Window, WindowSpec } from "./dataframe/window.js";
export { DataFrameWriter } from "./dataframe/writer.js";
export { DataFrameWriterV2 } from "./dataframe/writer-v2.js";
export type { Row, Value } from "./engine/engine.js";
export { isLakeletError, LakeletError } from "./errors/lakelet-error.js";
export type { AuditColumnOptions } from "./quality/audit-columns.js";
export type {
  Expectation,
  ExpectationOptions,
  ExpectationResult,
  ExpectationRule,
  Severity,
  Threshold,
  ViolationAction,
} from "./quality/expectation.js";
export { type ExpectationFile, forCheck, readExpectations } from "./quality/expectation-file.js";
export {
  acceptedValues,
  expect,
  expectAll,
  expectAllOrDrop,
  expectAllOrFail,
  expectOrDrop,
  expectOrFail,
  notNull,
  pattern,
  range,
  references,
  textLength,
} from "./quality/rules.js";
export {
  customSql,
  distribution,
  freshness,
  meanDrift,
  reconciliation,
  rowCount,
  rowCountChange,
  schemaIs,
  unique,
} from "./quality/write-rules.js";
export type { DataType } from "./schema/data-type.js";
export type {
  Catalog,
  CatalogColumn,
  CatalogFunction,
  CatalogMetadata,
  Database,
  Table,
  UDFRegistration,
} from "./session/catalog.js";
export type {
  CopyIntoRequest,
  CopyIntoResult,
  CreatedRow,
  ExecutionResult,
  SessionOptions,
} from "./session/contract.js";
export { createLocalSession } from "./session/local-session.js";
export type { Quarantine, ReplayOptions, ReplayResult } from "./session/quarantine-contract.js";
export { SparkSession } from "./session/session-builder.js";
export { DeltaTable } from "./tables/delta-table.js";
export { MergeBuilder } from "./tables/merge-builder.js";
export { OptimizeBuilder } from "./tables/optimize-builder.js";
