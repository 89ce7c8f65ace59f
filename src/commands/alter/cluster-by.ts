/** ALTER TABLE CLUSTER BY: which columns OPTIMIZE lays out the rows by from now on. */
import { protocolFeatures, protocolFor } from "../../delta/protocol.js";
import type { FieldPath } from "../../schema/field-path.js";
import { checkClustering, clusteringAction } from "../clustering-columns.js";
import { clusteringColumns } from "../optimize/clustering.js";
import { partitionedTableClustered } from "./alter-errors.js";
import type { AlteredTable, PlannedAlteration } from "./altered-table.js";

export async function clusterBy({ snapshot }: AlteredTable, columns: readonly FieldPath[]): Promise<PlannedAlteration> {
  const { schema, partitionColumns, properties, metadata, protocol: current } = snapshot;
  if (partitionColumns.length > 0) throw partitionedTableClustered();
  const before = protocolFeatures(current).writer.includes("clustering") ? await clusteringColumns(snapshot) : [];
  const after = checkClustering(columns, { schema, partitionColumns, properties });
  const protocol = protocolFor(metadata, current, { features: ["clustering"] });
  const named = (paths: readonly FieldPath[]): string => paths.map((path) => path.join(".")).join(",");
  return {
    actions: [...(protocol === current ? [] : [{ protocol }]), clusteringAction(schema, after)],
    operation: "CLUSTER BY",
    operationParameters: { oldClusteringColumns: named(before ?? []), newClusteringColumns: named(after) },
  };
}
