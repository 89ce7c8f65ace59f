/** Idempotent writes: an application's transaction number that the table already has is not written again (Delta protocol, "Transaction Identifiers"). */
import type { Snapshot } from "../delta/contract.js";
import { invalidIdempotenceOptions } from "./command-errors.js";
import type { WriteOptions } from "./contract.js";

/** Throws DELTA_INVALID_IDEMPOTENT_WRITES_OPTIONS. */
export function checkIdempotenceOptions({ txnAppId, txnVersion }: WriteOptions): void {
  if ((txnAppId === undefined) !== (txnVersion === undefined)) {
    throw invalidIdempotenceOptions("only one of txnAppId and txnVersion is given");
  }
  if (txnVersion !== undefined && (!Number.isSafeInteger(txnVersion) || txnVersion < 0)) {
    throw invalidIdempotenceOptions(`txnVersion is ${txnVersion}`);
  }
}

/** True if the table has the transaction that the options name, or a later one. */
export async function alreadyWritten(snapshot: Snapshot | undefined, options: WriteOptions): Promise<boolean> {
  if (snapshot === undefined || options.txnAppId === undefined || options.txnVersion === undefined) return false;
  const seen = await snapshot.transaction(options.txnAppId);
  return seen !== undefined && seen.version >= options.txnVersion;
}
