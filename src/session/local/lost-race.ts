/** Writes to tables of our own that other writers may be at as well: a lost race is run again. */
import { isLakeletError } from "../../errors/lakelet-error.js";

const LOST: readonly string[] = [
  "DELTA_PROTOCOL_CHANGED",
  "DELTA_METADATA_CHANGED",
  "DELTA_CONCURRENT_APPEND",
  "DELTA_CONCURRENT_DELETE_READ",
  "DELTA_CONCURRENT_DELETE_DELETE",
  "DELTA_CONCURRENT_TRANSACTION",
];
const ATTEMPTS = 20;

/** The table is not what the write was decided for: another writer came between the decision and the write. */
export class TableCameBetween extends Error {}

/** True for the error of a commit that another writer got ahead of. */
export function isLostRace(error: unknown): boolean {
  return error instanceof TableCameBetween || LOST.some((condition) => isLakeletError(error, condition));
}

/** Runs the write, which looks at the table afresh each time, until it wins. */
export async function againAfterLostRace<Result>(write: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (attempt === ATTEMPTS || !isLostRace(error)) throw error;
    }
  }
}
