/** What DeltaTable needs of a session; a SparkSession is one. */
import type { DataFrame } from "../dataframe/data-frame.js";
import type { MergeRequest, MergeResult } from "../session/contract.js";

export type { MergeRequest, MergeResult };

export interface TableSession {
  sql(text: string): Promise<DataFrame>;
  table(name: string): DataFrame;
  merge(request: MergeRequest): Promise<MergeResult>;
}
