/** What sources need of the engine that they are opened in. */
import type { Value } from "../../engine/engine.js";
import type { StructType } from "../../schema/data-type.js";
import type { SuspectFiles } from "./suspect-files.js";

export interface SourceEngine {
  readonly suspects: SuspectFiles;
  /** Runs a statement. */
  rows(sql: string): Promise<readonly (readonly Value[])[]>;
  describe(sql: string): Promise<StructType>;
}
