/** The benchmarks against bare DuckDB, in the order in which they are run. */
import type { Benchmark } from "./benchmark.js";
import { csvAppend } from "./csv-append.js";
import { goldAggregate } from "./gold-aggregate.js";
import { mergeCopyOnWrite } from "./merge-copy-on-write.js";
import { mergeDeletionVectors } from "./merge-deletion-vectors.js";
import { mergeGrowth } from "./merge-growth.js";
import { mergeShapes } from "./merge-shapes.js";
import { optimizeSmallFiles, vacuumTombstones } from "./optimize-vacuum.js";
import { parquetAppend } from "./parquet-append.js";
import { qualityGate, qualityGateByHand, qualityUnique } from "./quality-gate.js";
import { replaceWhereDay } from "./replace-where.js";

export const BENCHMARKS: readonly Benchmark[] = [
  csvAppend,
  parquetAppend,
  mergeCopyOnWrite,
  mergeDeletionVectors,
  replaceWhereDay,
  optimizeSmallFiles,
  vacuumTombstones,
  goldAggregate,
  qualityGate,
  qualityGateByHand,
  qualityUnique,
  ...mergeShapes,
  ...mergeGrowth,
];
