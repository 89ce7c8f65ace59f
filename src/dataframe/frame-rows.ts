/** The part of DataFrame that is about its rows: which stay, their order, how they lie. */
import type { Column, ColumnOrName } from "./column.js";
import { FrameColumns } from "./frame-columns.js";
import type { AnyFrame } from "./logical-frame.js";
import type { Observation } from "./observation.js";
import { refusedMember } from "./refused-member.js";
import { type SampleOptions, sampleNode, splitNodes } from "./sample.js";
import { type SortInput, sortKeys } from "./sort-keys.js";
import { transposeNode, unpivotNode } from "./unpivot.js";

const SUMMARY_STATISTICS = ["count", "mean", "stddev", "min", "25%", "50%", "75%", "max"];
const DESCRIBE_STATISTICS = ["count", "mean", "stddev", "min", "max"];

export abstract class FrameRows<Frame extends AnyFrame> extends FrameColumns<Frame> {
  /** A Column, or Spark SQL text. */
  filter(condition: Column | string): Frame {
    const text = typeof condition === "string" ? condition : condition.text;
    return this.next({ kind: "filter", input: this.plan, condition: text });
  }
  where(condition: Column | string): Frame {
    return this.filter(condition);
  }
  distinct(): Frame {
    return this.next({ kind: "distinct", input: this.plan });
  }
  /** One row of those that are equal in these columns, or in all. */
  dropDuplicates(...columns: (string | readonly string[] | undefined)[]): Frame {
    const given = columns.filter((one) => one !== undefined);
    const names = given.length > 0 ? { columns: given.flat() as string[] } : {};
    return this.next({ kind: "distinct", input: this.plan, ...names });
  }
  drop_duplicates(...columns: (string | readonly string[] | undefined)[]): Frame {
    return this.dropDuplicates(...columns);
  }
  dropDuplicatesWithinWatermark(..._: (string | readonly string[])[]): never {
    throw refusedMember(
      "STREAMING",
      "dropDuplicatesWithinWatermark",
      "DataFrames here are batches: use dropDuplicates.",
    );
  }
  /** Nulls first ascending, last descending. @example df.orderBy("city", col("age").desc()), df.orderBy("a", { ascending: false }) */
  orderBy(...keys: SortInput[]): Frame {
    return this.next({ kind: "sort", input: this.plan, keys: sortKeys(keys) });
  }
  sort(...keys: SortInput[]): Frame {
    return this.orderBy(...keys);
  }
  sortWithinPartitions(...keys: SortInput[]): Frame {
    return this.orderBy(...keys);
  }
  limit(count: number): Frame {
    return this.next({ kind: "limit", input: this.plan, count, offset: 0 });
  }
  offset(count: number): Frame {
    return this.next({ kind: "limit", input: this.plan, count: Number.MAX_SAFE_INTEGER, offset: count });
  }
  /** Each row with the chance `fraction`, 0 to 1; the same rows from the same seed. @example df.sample(0.1, 42) */
  sample(fraction: number | SampleOptions, seed?: number): Frame {
    return this.next(sampleNode(this.plan, typeof fraction === "number" ? { fraction, seed } : fraction));
  }
  /** The rows in parts of about these weights, each row in one of them. @example df.randomSplit([0.8, 0.2], 42) */
  randomSplit(weights: readonly number[], seed?: number): readonly Frame[] {
    return splitNodes(this.plan, weights, seed).map((node) => this.next(node));
  }

  alias(name: string): Frame {
    return this.next({ kind: "alias", input: this.plan, name });
  }
  as(name: string): Frame {
    return this.alias(name);
  }
  /** Accepted for Spark's sake: one machine has no partitions to spread rows over. */
  repartition(..._: (number | ColumnOrName)[]): Frame {
    return this.same();
  }
  /** Accepted for Spark's sake, as {@link repartition}. */
  repartitionByRange(..._: (number | ColumnOrName)[]): Frame {
    return this.same();
  }
  /** Accepted for Spark's sake, as {@link repartition}. */
  coalesce(_: number): Frame {
    return this.same();
  }
  /** Accepted for Spark's sake: the engine plans its joins itself. */
  hint(_name: string, ..._: (string | number | ColumnOrName)[]): Frame {
    return this.same();
  }
  /** Accepted for Spark's sake: a batch has all of its rows, late ones too. */
  withWatermark(_eventTime: string, _delayThreshold: string): Frame {
    return this.same();
  }
  /** Figures of the rows, to be asked for when they are wanted: see {@link Observation}. A name without an Observation has no effect. */
  observe(observation: Observation | string, ...figures: Column[]): Frame {
    if (typeof observation !== "string") observation.watch(this.plan, this.executor, figures);
    return this.same();
  }
  /**
   * Columns as rows of name and value; without values, of all columns that are no ids.
   * @example df.unpivot("id", ["a", "b"], "variable", "value")
   */
  unpivot(
    ids: ColumnOrName | readonly ColumnOrName[],
    values: ColumnOrName | readonly ColumnOrName[] | null | undefined,
    variableColumnName: string,
    valueColumnName: string,
  ): Frame {
    return this.next(unpivotNode(this.plan, ids, values ?? undefined, [variableColumnName, valueColumnName]));
  }
  /** As {@link unpivot}. */
  melt(
    ids: ColumnOrName | readonly ColumnOrName[],
    values: ColumnOrName | readonly ColumnOrName[] | null | undefined,
    variableColumnName: string,
    valueColumnName: string,
  ): Frame {
    return this.unpivot(ids, values, variableColumnName, valueColumnName);
  }
  /** Rows as columns: a column for each value of the index (the first column where none is named), a row for each other column. */
  transpose(index?: ColumnOrName): Frame {
    return this.next(transposeNode(this.plan, index));
  }
  describe(...columns: (string | readonly string[])[]): Frame {
    const names = columns.flat() as string[];
    return this.next({ kind: "describe", input: this.plan, columns: names, statistics: DESCRIBE_STATISTICS });
  }
  /** count, mean, stddev, min, max, count_distinct, approx_count_distinct, and percentiles such as `25%`. */
  summary(...statistics: (string | readonly string[])[]): Frame {
    const given = statistics.flat() as string[];
    const list = given.length > 0 ? given : SUMMARY_STATISTICS;
    return this.next({ kind: "describe", input: this.plan, columns: [], statistics: list });
  }

  /** This DataFrame, for steps that change nothing here. */
  protected abstract same(): Frame;
}
