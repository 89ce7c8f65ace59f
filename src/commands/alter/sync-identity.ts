/** ALTER COLUMN SYNC IDENTITY: the counter moves past the values that writers brought along. */
import type { StructType } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import { changeFieldAt, type FoundField } from "../../schema/field-path.js";
import { scanFiles } from "../data-file.js";
import { type Identity, identityOf, withHighWaterMark } from "../rules/identity-columns.js";
import { identityRefused } from "../rules/rule-errors.js";
import { liveFiles } from "../table-state.js";
import type { AlteredTable } from "./altered-table.js";

/** The counter is never moved back. */
export async function syncIdentity(
  { context, snapshot }: AlteredTable,
  schema: StructType,
  { path, field }: FoundField,
): Promise<StructType> {
  const identity = identityOf(field);
  if (identity === undefined || path.length > 1) throw identityRefused("ALTER_NON_IDENTITY_COLUMN", path.join("."));
  const files = await liveFiles(snapshot);
  if (files.length === 0) return schema;
  const relation = await scanFiles(context, snapshot, files);
  const furthest = identity.step > 0n ? "max" : "min";
  const { rows } = await context.engine.run(`SELECT ${furthest}(${engineName(field.name)}) FROM ${relation} AS t`);
  const value = rows[0]?.[0];
  const mark = typeof value === "bigint" || typeof value === "number" ? syncedMark(identity, BigInt(value)) : undefined;
  return mark === undefined ? schema : changeFieldAt(schema, path, (one) => withHighWaterMark(one, mark));
}

/** The first value of the sequence that is no nearer than `value`; undefined where the counter is there already. */
function syncedMark({ start, step, highWaterMark }: Identity, value: bigint): bigint | undefined {
  const distance = step > 0n ? value - start : start - value;
  if (distance < 0n) return undefined;
  const stride = step > 0n ? step : -step;
  const steps = (distance + stride - 1n) / stride;
  const mark = start + steps * step;
  const isFurther = highWaterMark === undefined || (step > 0n ? mark > highWaterMark : mark < highWaterMark);
  return isFurther ? mark : undefined;
}
