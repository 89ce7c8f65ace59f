/** A table of real Spark's under the differential suites: the model that lakelet is held to is held to Spark first. */
import type { Peers } from "../../interop/peers.js";
import { shownValue } from "./cell.js";
import { newestVersion } from "./lakelet-table.js";
import type { DifferentialTable } from "./sequence-run.js";

/** What Spark says when it refuses a statement, and not when it breaks. */
const REFUSAL = /DELTA_|ARITHMETIC_OVERFLOW|CAST_OVERFLOW|CAST_INVALID_INPUT|AnalysisException/;

export function sparkTable(peers: Peers, path: string): DifferentialTable {
  const name = `delta.\`${path}\``;
  return {
    name,
    execute: async (statement) => {
      // Not every result of a command can be handed over as Arrow, and none is wanted.
      await peers.spark(statement, "SELECT 1");
    },
    version: () => newestVersion(path),
    read: async (version) => {
      const { columns, rows } = await peers.read("spark", path, version === undefined ? {} : { version });
      return { columns, rows: rows.map((row) => row.map(shownValue)) };
    },
    // Spark 4.0.1 with Delta 4.0.1 parses the clause in SQL, and leaves the new columns out all the same (its DeltaTable API adds them).
    mergeEvolves: false,
    isRefusal: (error) => REFUSAL.test(String(error)),
  };
}
