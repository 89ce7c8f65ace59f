/** `Window` and its specification: partition, order and frame as Spark SQL text. */
import { type ColumnOrName, columnText, type SortColumn } from "./column.js";
import { sortText } from "./sort-keys.js";

type OrderKey = ColumnOrName | SortColumn;

/**
 * @example
 * row_number().over(Window.partitionBy("customer_id").orderBy(col("updated_at").desc()))
 */
export class WindowSpec {
  constructor(
    private readonly partition: readonly string[] = [],
    private readonly order: readonly string[] = [],
    private readonly frame: string = "",
  ) {}

  partitionBy(...columns: (ColumnOrName | readonly ColumnOrName[])[]): WindowSpec {
    return new WindowSpec((columns.flat() as ColumnOrName[]).map(columnText), this.order, this.frame);
  }
  orderBy(...columns: (OrderKey | readonly OrderKey[])[]): WindowSpec {
    return new WindowSpec(this.partition, (columns.flat() as OrderKey[]).map(sortText), this.frame);
  }
  /** Offsets in rows: negative is preceding, 0 the current row; `Window.unboundedPreceding` and `...Following` for no bound. */
  rowsBetween(start: number, end: number): WindowSpec {
    return new WindowSpec(this.partition, this.order, `ROWS BETWEEN ${bound(start)} AND ${bound(end)}`);
  }
  rangeBetween(start: number, end: number): WindowSpec {
    return new WindowSpec(this.partition, this.order, `RANGE BETWEEN ${bound(start)} AND ${bound(end)}`);
  }

  /** What stands between the parentheses of OVER. */
  get text(): string {
    return [
      this.partition.length > 0 ? `PARTITION BY ${this.partition.join(", ")}` : "",
      this.order.length > 0 ? `ORDER BY ${this.order.join(", ")}` : "",
      this.frame,
    ]
      .filter((part) => part !== "")
      .join(" ");
  }
}

/** Where a window specification begins. @example Window.partitionBy("k").orderBy("n").rowsBetween(Window.unboundedPreceding, 0) */
export const Window = {
  unboundedPreceding: Number.NEGATIVE_INFINITY,
  unboundedFollowing: Number.POSITIVE_INFINITY,
  currentRow: 0,
  partitionBy: (...columns: (ColumnOrName | readonly ColumnOrName[])[]): WindowSpec =>
    new WindowSpec().partitionBy(...columns),
  orderBy: (...columns: (OrderKey | readonly OrderKey[])[]): WindowSpec => new WindowSpec().orderBy(...columns),
  rowsBetween: (start: number, end: number): WindowSpec => new WindowSpec().rowsBetween(start, end),
  rangeBetween: (start: number, end: number): WindowSpec => new WindowSpec().rangeBetween(start, end),
} as const;

function bound(offset: number): string {
  if (offset <= Number.MIN_SAFE_INTEGER) return "UNBOUNDED PRECEDING";
  if (offset >= Number.MAX_SAFE_INTEGER) return "UNBOUNDED FOLLOWING";
  if (offset === 0) return "CURRENT ROW";
  return offset < 0 ? `${-offset} PRECEDING` : `${offset} FOLLOWING`;
}
