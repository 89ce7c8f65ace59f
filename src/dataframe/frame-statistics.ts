/** The part of DataFrame that gives figures and mends nulls: `na`, `stat` and their short forms. */

import type { ColumnOrName } from "./column.js";
import { FrameCombinations } from "./frame-combinations.js";
import type { LiteralValue } from "./literal.js";
import type { AnyFrame } from "./logical-frame.js";
import {
  DataFrameNaFunctions,
  type DropOptions,
  type FillValue,
  type ReplaceInput,
  type ReplaceValue,
} from "./na-functions.js";
import { DataFrameStatFunctions, type SampleFractions } from "./stat-functions.js";

export abstract class FrameStatistics<Frame extends AnyFrame> extends FrameCombinations<Frame> {
  get na(): DataFrameNaFunctions<Frame> {
    return new DataFrameNaFunctions(this.make, this.plan);
  }
  fillna(value: FillValue | Readonly<Record<string, FillValue>>, subset?: string | readonly string[]): Frame {
    return this.na.fill(value, subset);
  }
  /** @example df.dropna(), df.dropna("all"), df.dropna({ subset: ["city"] }) */
  dropna(how?: "any" | "all" | DropOptions, thresh?: number, subset?: string | readonly string[]): Frame {
    return this.na.drop(how, thresh, subset);
  }
  /** As `df.na.replace`. */
  replace(to: ReplaceInput, value?: ReplaceValue, subset?: string | readonly string[]): Frame {
    return this.na.replace(to, value, subset);
  }

  get stat(): DataFrameStatFunctions<Frame> {
    return new DataFrameStatFunctions(this.make, this.plan, this.executor);
  }
  approxQuantile(
    column: string,
    probabilities: readonly number[],
    relativeError: number,
  ): Promise<readonly (number | null)[]>;
  approxQuantile(
    columns: readonly string[],
    probabilities: readonly number[],
    relativeError: number,
  ): Promise<readonly (readonly (number | null)[])[]>;
  approxQuantile(
    columns: string | readonly string[],
    probabilities: readonly number[],
    relativeError: number,
  ): Promise<readonly (number | null | readonly (number | null)[])[]> {
    return this.stat.quantiles(columns, probabilities, relativeError);
  }
  /** Pearson's correlation of two columns. */
  corr(left: string, right: string, method = "pearson"): Promise<number> {
    return this.stat.corr(left, right, method);
  }
  /** Covariance of a sample. */
  cov(left: string, right: string): Promise<number> {
    return this.stat.cov(left, right);
  }
  crosstab(left: string, right: string): Frame {
    return this.stat.crosstab(left, right);
  }
  freqItems(columns: readonly string[], support?: number): Frame {
    return this.stat.freqItems(columns, support);
  }
  sampleBy<Key extends LiteralValue>(column: ColumnOrName, fractions: SampleFractions<Key>, seed?: number): Frame {
    return this.stat.sampleBy(column, fractions, seed);
  }
}
