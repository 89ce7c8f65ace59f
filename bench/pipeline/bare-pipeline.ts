/** The limit of B14: the statements that do its work in bare DuckDB, which flushes what it writes. */
import { join } from "node:path";
import { type BareDuckDB, emptyFolder } from "../bare-duckdb.js";
import type { PipelineData } from "./pipeline-data.js";
import { PhaseClock, type PhaseSamples, type PipelineSide } from "./pipeline-side.js";
import { COUNTS, csvRelation, GOLD, GOLD_TABLES, IS_GOOD, IS_NEW, REASONS, silver } from "./pipeline-work.js";

export function barePipeline(duckdb: BareDuckDB, data: PipelineData, folder: string): PipelineSide {
  const at = (table: string) => join(folder, table);
  const rowsOf = (table: string) => `read_parquet('${at(table)}/*.parquet')`;
  const work = async (files: readonly string[], condition: string): Promise<PhaseSamples> => {
    const clock = new PhaseClock();
    await duckdb.copyDurably(`SELECT * FROM ${csvRelation(files)}`, at("bronze"));
    const bronze = clock.lap();
    const rows = `(${silver(rowsOf("bronze"))} WHERE ${condition})`;
    await duckdb.copyDurably(`SELECT * FROM ${rows} WHERE ${IS_GOOD}`, at("silver"));
    await duckdb.copyDurably(
      `SELECT *, ${REASONS} AS quarantine_reason FROM ${rows} WHERE NOT (${IS_GOOD})`,
      at("quarantine"),
    );
    await duckdb.rows(`SELECT ${COUNTS} FROM ${rows}`);
    const ofSilver = clock.lap();
    for (const name of GOLD_TABLES) {
      await emptyFolder(at(name));
      await duckdb.copyDurably(GOLD[name](rowsOf("silver")), at(name));
    }
    return { bronze, silver: ofSilver, gold: clock.lap() };
  };
  return {
    name: "DuckDB",
    reset: () => emptyFolder(folder),
    year: () => work(data.files, "true"),
    day: () => work([data.day], IS_NEW),
    result: async (table) => ({ kind: "relation", sql: rowsOf(table) }),
  };
}
