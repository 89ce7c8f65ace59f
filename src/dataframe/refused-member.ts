/** Members of PySpark's classes that lakelet knows and does not have. */
import { LakeletError } from "../errors/lakelet-error.js";

/** `feature` completes the condition: `UNSUPPORTED_FEATURE.RDD`. */
export function refusedMember(feature: string, member: string, cure: string): LakeletError {
  return new LakeletError({
    condition: `UNSUPPORTED_FEATURE.${feature}`,
    sqlState: "0A000",
    problem: `\`${member}\` is not supported by lakelet.`,
    cure,
    parameters: { feature: member },
  });
}
