/** The metadata that a table has after RESTORE: that of the older version, apart from counters that never go back. */
import type { Action, DomainMetadata, Metadata } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import { protocolFeatures, protocolFor } from "../../delta/protocol.js";
import { ROW_TRACKING_DOMAIN } from "../../delta/row-tracking.js";
import { findField, type StructField, type StructType } from "../../schema/data-type.js";
import { schemaToJson } from "../../schema/schema-json.js";

const HIGH_WATER_MARK = "delta.identity.highWaterMark";
const STEP = "delta.identity.step";
const MAX_COLUMN_ID = "delta.columnMapping.maxColumnId";
/** When and since when commits tell their times is a fact of the log, not of a version. */
const COMMIT_TIMES = /^delta\.(enableInCommitTimestamps|inCommitTimestampEnablement(Version|Timestamp))$/;

/** The metaData action, and protocol where the older version needs features that the table has given up since. */
export function restoredMetadata(current: Snapshot, older: Snapshot): readonly Action[] {
  const schema = withIdentityCounters(older.schema, current.schema);
  const metaData: Metadata = {
    ...older.metadata,
    id: current.metadata.id,
    schemaString: schema === older.schema ? older.metadata.schemaString : schemaToJson(schema),
    configuration: restoredConfiguration(current.metadata.configuration, older.metadata.configuration),
  };
  const features = protocolFeatures(older.protocol).writer;
  const protocol = protocolFor(metaData, current.protocol, { features });
  return protocol === current.protocol ? [{ metaData }] : [{ protocol }, { metaData }];
}

function restoredConfiguration(current: Metadata["configuration"], older: Metadata["configuration"]) {
  const kept = Object.entries(older).filter(([name]) => !COMMIT_TIMES.test(name));
  const times = Object.entries(current).filter(([name]) => COMMIT_TIMES.test(name));
  const ids = [current[MAX_COLUMN_ID], older[MAX_COLUMN_ID]].flatMap((text) =>
    text === undefined ? [] : [Number(text)],
  );
  const highest = ids.length === 0 ? {} : { [MAX_COLUMN_ID]: `${Math.max(...ids)}` };
  return { ...Object.fromEntries([...kept, ...times]), ...highest };
}

/** Values that were given once are not given again, so the further of both counters counts. */
function withIdentityCounters(older: StructType, current: StructType): StructType {
  let changed = false;
  const fields = older.fields.map((one): StructField => {
    const mark = findField(current, one.name)?.metadata[HIGH_WATER_MARK];
    if (!(STEP in one.metadata) || mark === undefined || !isFurther(mark, one.metadata)) return one;
    changed = true;
    return { ...one, metadata: { ...one.metadata, [HIGH_WATER_MARK]: mark } };
  });
  return changed ? { kind: "struct", fields } : older;
}

function isFurther(mark: unknown, { [HIGH_WATER_MARK]: before, [STEP]: step }: StructField["metadata"]): boolean {
  if (before === undefined) return true;
  const [now, then] = [BigInt(String(mark)), BigInt(String(before))];
  return BigInt(String(step)) < 0n ? now < then : now > then;
}

/** The older version's domains in place of the current ones; row ids that were given are not given again. */
export async function restoredDomains(current: Snapshot, older: Snapshot): Promise<readonly Action[]> {
  const [now, then] = [await current.domains(), await older.domains()];
  const again = [...then.values()].filter((one) => now.get(one.domain)?.configuration !== one.configuration);
  const gone = [...now.values()]
    .filter(({ domain }) => !then.has(domain))
    .map((one): DomainMetadata => ({ ...one, removed: true }));
  return [...again, ...gone]
    .filter(({ domain }) => domain !== ROW_TRACKING_DOMAIN)
    .map((domainMetadata) => ({ domainMetadata }));
}
