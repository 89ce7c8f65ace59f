/** `lakelet lineage`: what a table is made of, and what is made of it, from `system.access`. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { ACCESS } from "../catalog/lineage-tables.js";
import { LakeletError } from "../errors/lakelet-error.js";
import { openProject } from "./project.js";

export type Direction = "upstream" | "downstream";

/** A table, or one of its columns, with what it is made of (or what is made of it). */
export interface LineageNode {
  /** `catalog.schema.table`, a path, or with a column behind a dot. */
  readonly id: string;
  /** The job or pipeline by which it is so: `pipeline orders`. */
  readonly by: string | undefined;
  readonly next: readonly LineageNode[];
  /** It stands higher up already. */
  readonly repeated: boolean;
}

export interface TableLineage {
  readonly table: string;
  readonly upstream: readonly LineageNode[] | undefined;
  readonly downstream: readonly LineageNode[] | undefined;
}

export interface LineageQuestion {
  readonly table: string;
  readonly columns: boolean;
  /** Both where absent. */
  readonly direction?: Direction | undefined;
  readonly warehouse?: string | undefined;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly by: string;
}

/** Throws TABLE_LINEAGE_NOT_FOUND where nothing is recorded of the table. */
export async function tableLineage({ table, columns, direction, warehouse }: LineageQuestion): Promise<TableLineage> {
  const project = openProject();
  const folder = warehouse ?? project.warehouse;
  const wanted = fullName(table);
  const edges = await edgesOf(folder, columns);
  const isOf = (id: string) =>
    id === wanted || (columns && id.startsWith(`${wanted}.`) && !id.slice(wanted.length + 1).includes("."));
  const starts = [...new Set(edges.flatMap((one) => [one.from, one.to]).filter(isOf))];
  if (starts.length === 0) throw unknownTable(wanted);
  const along = (way: Direction): readonly LineageNode[] =>
    columns
      ? starts.map((id) => ({ id, by: undefined, next: treeOf(id, edges, way, new Set([id])), repeated: false }))
      : treeOf(wanted, edges, way, new Set([wanted]));
  return {
    table: wanted,
    upstream: direction === "downstream" ? undefined : along("upstream"),
    downstream: direction === "upstream" ? undefined : along("downstream"),
  };
}

function fullName(table: string): string {
  if (table.includes("/")) return table;
  const parts = table.toLowerCase().replaceAll("`", "").split(".");
  return [...["main", "default"].slice(0, Math.max(0, 3 - parts.length)), ...parts].join(".");
}

async function edgesOf(warehouse: string, columns: boolean): Promise<readonly Edge[]> {
  const name = columns ? "column_lineage" : "table_lineage";
  if (!existsSync(join(warehouse, ACCESS.catalog, ACCESS.schema, name, "_delta_log"))) return [];
  const { createLocalSession } = await import("../session/local-session.js");
  const session = await createLocalSession({ warehouse, threads: 1 });
  const end = (side: string) => {
    const table = `coalesce(${side}_table_full_name, ${side}_path)`;
    return columns ? `concat(${table}, '.', ${side}_column_name)` : table;
  };
  try {
    const rows = await session.execute(
      `SELECT ${end("source")} AS f, ${end("target")} AS t, max_by(concat(lower(entity_type), ' ', entity_id), event_time) AS b
       FROM system.access.${name} GROUP BY 1, 2 ORDER BY 1, 2`,
    );
    return rows.rows.map(([from, to, by]) => ({ from: String(from), to: String(to), by: String(by) }));
  } finally {
    await session.stop();
  }
}

function treeOf(id: string, edges: readonly Edge[], way: Direction, above: Set<string>): readonly LineageNode[] {
  const isUp = way === "upstream";
  return edges
    .filter((one) => (isUp ? one.to : one.from) === id)
    .map(({ from, to, by }): LineageNode => {
      const other = isUp ? from : to;
      const repeated = above.has(other);
      above.add(other);
      return { id: other, by, next: repeated ? [] : treeOf(other, edges, way, above), repeated };
    });
}

function unknownTable(table: string): LakeletError {
  return new LakeletError({
    condition: "TABLE_LINEAGE_NOT_FOUND",
    sqlState: "42P01",
    problem: `Nothing is recorded of what ${table} is made of, or what is made of it.`,
    reason: "Lineage is written by runs of jobs and updates of pipelines.",
    cure: "Check the name, or run what writes the table.",
  });
}
