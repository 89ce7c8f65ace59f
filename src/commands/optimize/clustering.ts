/** Clustered tables: which columns their rows are laid out by, and which files are laid out already ("cubes" of files clustered together). */
import type { AddFile } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import { physicalName } from "../../schema/column-mapping.js";
import type { DataType, StructField } from "../../schema/data-type.js";
import type { ColumnPath } from "./space-filling-curve.js";

const CLUSTERING_DOMAIN = "delta.clustering";
const PROVIDER = "liquid";
const CUBE_ID = "ZCUBE_ID";
const CUBE_COLUMNS = "ZCUBE_ZORDER_BY";
/** Bytes: a larger cube stays as it is. */
const FULL_CUBE = 100 * 2 ** 30;

/** The clustering columns by their names; undefined where the table is not clustered. */
export async function clusteringColumns(snapshot: Snapshot): Promise<readonly ColumnPath[] | undefined> {
  const domain = (await snapshot.domains()).get(CLUSTERING_DOMAIN);
  if (domain === undefined) return undefined;
  const parsed: unknown = JSON.parse(domain.configuration);
  const columns = (parsed as { readonly clusteringColumns?: unknown } | null)?.clusteringColumns;
  if (!Array.isArray(columns)) return undefined;
  return columns.map((path: unknown) => logicalPath(snapshot, Array.isArray(path) ? path.map(String) : [String(path)]));
}

/** The domain has the names by which the files know the columns. */
function logicalPath({ schema }: Snapshot, path: readonly string[]): ColumnPath {
  let type: DataType = schema;
  return path.map((name) => {
    const found: StructField | undefined =
      type.kind === "struct" ? type.fields.find((one) => physicalName(one) === name) : undefined;
    if (found === undefined) return name;
    type = found.dataType;
    return found.name;
  });
}

/** Of the files that are written clustered. */
export function clusteredMarks(columns: readonly ColumnPath[]): Pick<AddFile, "tags" | "clusteringProvider"> {
  return {
    tags: { [CUBE_ID]: crypto.randomUUID(), [CUBE_COLUMNS]: cubeColumns(columns) },
    clusteringProvider: PROVIDER,
  };
}

export interface ClusteringState {
  /** Files to be clustered together; none where all is well. */
  readonly candidates: readonly AddFile[];
  readonly cubes: { readonly files: readonly AddFile[]; readonly count: number };
  readonly others: readonly AddFile[];
}

/**
 * Files that are not clustered, and those of cubes that may grow. What was clustered by other columns stays as it is unless all is asked for;
 * a single cube with nothing beside it, and a single file that is clustered, need no work.
 */
export function clusteringState(
  files: readonly AddFile[],
  columns: readonly ColumnPath[],
  full: boolean,
): ClusteringState {
  const cubes = new Map<string, AddFile[]>();
  const others: AddFile[] = [];
  const foreign: AddFile[] = [];
  for (const file of files) {
    const cube = file.clusteringProvider === PROVIDER ? file.tags?.[CUBE_ID] : undefined;
    if (cube === undefined) others.push(file);
    else if (file.tags?.[CUBE_COLUMNS] !== cubeColumns(columns)) foreign.push(file);
    else cubes.set(cube, [...(cubes.get(cube) ?? []), file]);
  }
  const growing = [...cubes.values()].filter((cube) => cube.reduce((sum, { size }) => sum + size, 0) < FULL_CUBE);
  const unclustered = full ? [...others, ...foreign] : others;
  const done = unclustered.length === 0 && growing.length <= 1;
  return {
    candidates: done ? [] : [...growing.flat(), ...unclustered],
    cubes: { files: [...cubes.values()].flat(), count: cubes.size },
    others: unclustered,
  };
}

function cubeColumns(columns: readonly ColumnPath[]): string {
  return JSON.stringify(columns.map((path) => path.join(".")));
}
