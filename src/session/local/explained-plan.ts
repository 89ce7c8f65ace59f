/** The text of a query's plan: the engine's, and what of each table's files is read. */

import { schemaTree } from "../../dataframe/schema-tree.js";
import type { EngineQuery } from "../../engine/engine.js";
import type { FileSources } from "./opened-files.js";
import type { Runtime } from "./runtime.js";

/** @param sources what the query was compiled with */
export async function explainedPlan(
  { engine }: Pick<Runtime, "engine">,
  query: EngineQuery,
  sources: FileSources,
  mode: "simple" | "extended",
): Promise<string> {
  const { rows } = await engine.run(`EXPLAIN ${query.sql}`);
  const physical = `== Physical Plan ==\n${rows.map((row) => String(row[1] ?? row[0])).join("\n")}`;
  const files = await fileLines(sources);
  const parts = files.length === 0 ? [physical] : [physical, `== Files ==\n${files.join("\n")}\n`];
  if (mode === "simple") return parts.join("\n");
  return [`== Analyzed Schema ==\n${schemaTree(query.schema)}`, `== Engine SQL ==\n${query.sql}\n`, ...parts].join(
    "\n",
  );
}

/** `main.default.orders: 2 of 40 files, 1204 of 51233 bytes (38 skipped by partition values and statistics)` */
async function fileLines(sources: FileSources): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const { name, snapshot, files, bytes } of sources.scans) {
    let [allFiles, allBytes] = [0, 0];
    for await (const batch of snapshot.files()) {
      allFiles += batch.length;
      allBytes += batch.reduce((sum, one) => sum + one.size, 0);
    }
    const skipped = allFiles > files ? ` (${allFiles - files} skipped by partition values and statistics)` : "";
    lines.push(`${name}: ${files} of ${allFiles} files, ${bytes} of ${allBytes} bytes${skipped}`);
  }
  return lines;
}
