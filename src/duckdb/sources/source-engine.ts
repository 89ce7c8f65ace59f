/** What sources need of the engine that they are opened in. */
import type { Value } from "../../engine/engine.js";
import type { StructField, StructType } from "../../schema/data-type.js";
import type { FileGroup } from "../file-schemas.js";
import type { SuspectFiles } from "./suspect-files.js";

export interface SourceEngine {
  /** A check for readers that are not the engine's own: throws OPERATION_CANCELED once the engine was interrupted after this. */
  cancellation(): () => void;
  readonly suspects: SuspectFiles;
  /** Runs a statement. */
  rows(sql: string): Promise<readonly (readonly Value[])[]>;
  describe(sql: string): Promise<StructType>;
  /** Parquet files by how they hold the columns. */
  fileGroups(paths: readonly string[], columns: readonly StructField[]): Promise<readonly FileGroup[]>;
  /** Lower-cased names of the columns that Parquet files hold as INT96, which are instants. */
  instantColumns(paths: readonly string[]): Promise<ReadonlySet<string>>;
}
