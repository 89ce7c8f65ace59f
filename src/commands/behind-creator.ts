/** Writes that may create their table: where another writer created it meanwhile, they are made again on the table that there is now. */
import { isLakeletError } from "../errors/lakelet-error.js";

/**
 * Runs the write, and once more if it lost the race for version 0. The second run finds the table, and does to it what it would have done
 * had it come a moment later: append, replace, leave it as it is, or say that it exists.
 */
export async function behindCreator<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (isLostCreation(error)) return write();
    throw error;
  }
}

function isLostCreation(error: unknown): boolean {
  return isLakeletError(error, "DELTA_PROTOCOL_CHANGED") && error.parameters.version === "0";
}
