/** Whether a failed flow may go well when it is run again as it is. */
import { LakeletError } from "../errors/lakelet-error.js";

/** Another writer was faster. */
const CONDITIONS: readonly string[] = ["DELTA_CONCURRENT_", "DELTA_METADATA_CHANGED", "DELTA_PROTOCOL_CHANGED"];

/** The system was short of something for a moment. */
const CODES: readonly string[] = [
  "EAGAIN",
  "EBUSY",
  "EIO",
  "EMFILE",
  "ENFILE",
  "EINTR",
  "ETIMEDOUT",
  "ECONNRESET",
  "ESTALE",
];

export function isTransient(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { condition } = one instanceof LakeletError ? one : { condition: "" };
    if (CONDITIONS.some((known) => condition.startsWith(known))) return true;
    if ("code" in one && typeof one.code === "string" && CODES.includes(one.code)) return true;
  }
  return false;
}
