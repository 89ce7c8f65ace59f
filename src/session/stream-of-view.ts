/** What a stream of a materialized view is told. */
import { LakeletError } from "../errors/lakelet-error.js";

/** Its rows are brought up to date by changing and removing rows: the first refresh that does would stop the stream. */
export function streamOfMaterializedView(name: string): LakeletError {
  return new LakeletError({
    condition: "STREAMING_FROM_MATERIALIZED_VIEW",
    sqlState: "0A000",
    problem: `Cannot stream from materialized view ${name}. Streaming from materialized views is not supported.`,
    reason: "A stream takes rows that are appended, and a refresh changes and removes rows, too.",
    cure: "Read it without STREAM in a materialized view, or make it a streaming table.",
    parameters: { viewName: name },
  });
}
