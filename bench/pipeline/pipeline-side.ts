/** A side of B14: it does the year's work, then the day's, each phase timed apart. */
import type { Sample } from "../rounds.js";
import type { Phase, ResultTable } from "./pipeline-work.js";

export type PhaseSamples = Readonly<Record<Phase, Sample>>;

export interface PipelineSide {
  readonly name: string;
  /** Not timed: as if nothing had ever been done. */
  reset(): Promise<void>;
  year(): Promise<PhaseSamples>;
  /** A file of a new day is there, too. */
  day(): Promise<PhaseSamples>;
  /** Where a result is; after `day`. */
  result(table: ResultTable): Promise<PipelineResult>;
}

export type PipelineResult =
  | { readonly kind: "table"; readonly name: string; readonly location: string }
  /** Of DuckDB. */
  | { readonly kind: "relation"; readonly sql: string };

/** A clock of this process that is read at the end of each phase. */
export class PhaseClock {
  private cpu = process.cpuUsage();
  private start = performance.now();

  lap(): Sample {
    const now = performance.now();
    const { user, system } = process.cpuUsage(this.cpu);
    const sample = { milliseconds: now - this.start, cpuMilliseconds: (user + system) / 1000 };
    this.cpu = process.cpuUsage();
    this.start = now;
    return sample;
  }
}
