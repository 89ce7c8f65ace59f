/** SET and UNSET TBLPROPERTIES and COMMENT ON TABLE: what a changed property brings with it, and which may not change. */
import type { Action } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import { isRowTrackingEnabled } from "../../delta/row-tracking.js";
import {
  columnMappingMode,
  greatestColumnId,
  MAX_COLUMN_ID,
  withColumnMapping,
  withoutColumnMapping,
} from "../../schema/column-mapping.js";
import { unsetOfMissingProperty } from "../command-errors.js";
import { canonicalProperty, checkProperties } from "../property-rules.js";
import { CONSTRAINT_PREFIX } from "../rules/row-checks.js";
import { changeMetadata, type MetadataChange } from "../table-metadata.js";
import { liveFiles } from "../table-state.js";
import { constraintByProperty, mappingModeChange, propertyNotUnsettable, reservedProperty } from "./alter-errors.js";
import type { AlteredTable, PlannedAlteration } from "./altered-table.js";
import { columnNamesAreOwn } from "./feature-traces.js";

type Properties = Readonly<Record<string, string>>;
/** `comment` is a property in Spark; null takes it away. */
type GivenProperties = Readonly<Record<string, string | null>>;

const RESERVED: ReadonlySet<string> = new Set(["location", "provider", "owner", "external", "is_managed_location"]);
const MAPPING_MODE = "delta.columnMapping.mode";

export async function setProperties(
  { context, snapshot }: AlteredTable,
  given: GivenProperties,
): Promise<PlannedAlteration> {
  const { comment, ...rest } = given;
  const values: Properties = Object.fromEntries(
    Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== null),
  );
  for (const key of Object.keys(values)) if (RESERVED.has(key.toLowerCase())) throw reservedProperty(key);
  const { properties, request } = checkProperties(values, context.configuration);
  const after = { ...snapshot.metadata.configuration, ...properties };
  const change = { ...propertyChange(snapshot, after), request, ...(comment === undefined ? {} : { comment }) };
  const filled = await filesWithRowIds(snapshot, after);
  return {
    actions: [...changeMetadata(snapshot, change), ...filled],
    operation: "SET TBLPROPERTIES",
    operationParameters: { properties: JSON.stringify(given) },
    readsRows: filled.length > 0,
    ...(change.schema === undefined ? {} : { schema: change.schema }),
  };
}

export function unsetProperties(
  { snapshot, target }: AlteredTable,
  keys: readonly string[],
  ifExists: boolean,
): PlannedAlteration {
  const before = snapshot.metadata.configuration;
  const names = keys.map(canonicalProperty);
  for (const name of names) checkUnsettable(name);
  const known = (name: string): boolean =>
    Object.hasOwn(before, name) || (name === "comment" && snapshot.metadata.description !== undefined);
  const missing = names.find((name) => !known(name));
  if (missing !== undefined && !ifExists) throw unsetOfMissingProperty(missing, target.name);
  const after = Object.fromEntries(Object.entries(before).filter(([key]) => !names.includes(key)));
  const change = {
    ...propertyChange(snapshot, after),
    ...(names.includes("comment") ? { comment: null } : {}),
  };
  return {
    actions: changeMetadata(snapshot, change),
    operation: "UNSET TBLPROPERTIES",
    operationParameters: { properties: JSON.stringify(keys), ifExists: String(ifExists) },
    ...(change.schema === undefined ? {} : { schema: change.schema }),
  };
}

const KEPT_BY_TABLE = [MAX_COLUMN_ID, "delta.rowTracking.", "delta.inCommitTimestampEnablement"];

function checkUnsettable(name: string): void {
  if (name.toLowerCase().startsWith(CONSTRAINT_PREFIX)) throw constraintByProperty(name);
  if (KEPT_BY_TABLE.some((prefix) => name.startsWith(prefix))) throw propertyNotUnsettable(name);
}

/** The configuration, and the schema where its columns come to be mapped or cease to be. */
function propertyChange(snapshot: Snapshot, after: Properties): MetadataChange {
  const before = snapshot.metadata.configuration;
  const [from, to] = [columnMappingMode(before), columnMappingMode(after)];
  if (from === to) return { properties: after };
  if (from === undefined && to === "name") {
    const schema = withColumnMapping(snapshot.schema, 0, "own");
    return { schema, properties: { ...after, [MAX_COLUMN_ID]: String(greatestColumnId(schema)) } };
  }
  // Files keep the names that they were written with: only where these are the columns' own names can the mapping go.
  if (to === undefined && from === "name" && columnNamesAreOwn(snapshot.schema)) {
    const { [MAX_COLUMN_ID]: _id, [MAPPING_MODE]: _mode, ...properties } = after;
    return { schema: withoutColumnMapping(snapshot.schema), properties };
  }
  throw mappingModeChange(from ?? "none", to ?? "none");
}

/** Row tracking asks for an id of every row: files from before get theirs in the commit that turns it on. */
async function filesWithRowIds(snapshot: Snapshot, after: Properties): Promise<readonly Action[]> {
  if (!isRowTrackingEnabled(after) || isRowTrackingEnabled(snapshot.metadata.configuration)) return [];
  const files = await liveFiles(snapshot);
  return files
    .filter((file) => file.baseRowId === undefined || file.defaultRowCommitVersion === undefined)
    .map((file) => ({ add: { ...file, dataChange: false } }));
}
