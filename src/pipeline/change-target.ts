/** The columns of a table that changes are applied to. */
import type { DataFrame } from "../dataframe/data-frame.js";
import { field, LONG, type StructType, struct } from "../schema/data-type.js";
import type { AutoCdcFlow, ColumnSelection, SnapshotCdcFlow } from "./definition.js";

export async function changeTargetSchema(flow: AutoCdcFlow | SnapshotCdcFlow, feed: DataFrame): Promise<StructType> {
  const schema = await feed.schema();
  const kept = schema.fields.filter(({ name }) => isSelected(name, flow.columns));
  if (flow.storedAs === 1) return struct(kept);
  const sequence = flow.kind === "auto-cdc" ? await feed.selectExpr(flow.sequenceBy).schema() : undefined;
  const type = sequence?.fields[0]?.dataType ?? LONG;
  return struct([...kept, field("__START_AT", type), field("__END_AT", type)]);
}

function isSelected(name: string, columns: ColumnSelection | undefined): boolean {
  if (columns === undefined) return true;
  const isIn = (names: readonly string[]) => names.some((one) => one.toLowerCase() === name.toLowerCase());
  return "only" in columns ? isIn(columns.only) : !isIn(columns.except);
}
