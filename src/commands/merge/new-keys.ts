/** A source whose keys are all new to the table: its rows can be inserted as they are read, without being kept before. */
import type { EngineQuery, WrittenFile } from "../../engine/engine.js";
import { findField, type StructType } from "../../schema/data-type.js";
import { engineName, engineType } from "../../schema/engine-type.js";
import type { CommandContext } from "../contract.js";
import { liveFiles, type OpenTable } from "../table-state.js";
import { FEW_FILES, type KeyPair, type SourceKeys, sourceKeys } from "./key-ranges.js";
import { isInsertOnly, type MergePlan, SOURCE_ALIAS, sourceScope } from "./merge-plan.js";
import { namedRows } from "./merge-source.js";

/** Types of which the statistics of a written file have the exact bounds. */
const EXACT: ReadonlySet<string> = new Set(["byte", "short", "integer", "long"]);

export interface NewKeys extends SourceKeys {
  /** Engine SQL behind FROM of the source's rows. */
  readonly relation: string;
}

/** Undefined where some file of the table may hold a key of the source, or where asking would cost as much as reading the source. */
export async function newKeys(
  context: CommandContext,
  plan: MergePlan,
  source: EngineQuery,
  { snapshot }: OpenTable,
): Promise<NewKeys | undefined> {
  if (!isInsertOnly(plan)) return undefined;
  const { schema, partitionColumns } = snapshot;
  const pairs = plan.keys.filter((pair) =>
    isInsertedExactly(plan, pair, sourceScope(source.schema, []).schema, partitionColumns),
  );
  const { files } = await snapshot.size();
  if (pairs.length === 0 || files <= FEW_FILES || !(await context.engine.readsStoredRows(source.sql))) return undefined;
  const relation = namedRows(source);
  const keys = await sourceKeys(context, plan.mayTouch, pairs, relation, { schema, partitionColumns, files });
  const candidates = await liveFiles(snapshot, keys.mayTouch);
  return candidates.length === 0 ? { ...keys, relation } : undefined;
}

/** The written files then tell the keys of their rows. */
function isInsertedExactly(
  { schema, notMatched }: MergePlan,
  [{ column: target }, { column: source }]: KeyPair,
  rows: StructType,
  partitionColumns: readonly string[],
): boolean {
  const type = findField(schema, target)?.dataType;
  const given = findField(rows, source)?.dataType;
  if (type === undefined || given === undefined || partitionColumns.includes(target)) return false;
  if (!EXACT.has(type.kind) || !EXACT.has(given.kind)) return false;
  const key = `${engineName(SOURCE_ALIAS)}.${engineName(source)}`;
  const texts = [key, `CAST(${key} AS ${engineType(type)})`];
  return notMatched.every(({ columns }) => texts.includes(columns.get(target) ?? ""));
}

/** False where the source gave other rows when it was read again: they may match rows of files that were not looked at. */
export function areWithin(written: readonly WrittenFile[], { ranges }: NewKeys): boolean {
  return ranges.every(({ target, bounds }) =>
    written.every(({ statistics, rowCount }) => {
      const found = statistics.find(({ path }) => path.length === 1 && path[0] === target);
      if (found?.min === undefined || found.max === undefined) return found?.nullCount === BigInt(rowCount);
      if (bounds === undefined) return false;
      const [least, greatest] = bounds.map((value) => BigInt(String(value)));
      return (
        least !== undefined && greatest !== undefined && BigInt(found.min) >= least && BigInt(found.max) <= greatest
      );
    }),
  );
}
