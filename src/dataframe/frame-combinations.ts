/** The part of DataFrame that brings rows together: groups, joins, sets, and DataFrames as subqueries. */
import { Column, type ColumnOrName, columnText, projection } from "./column.js";
import { FrameRows } from "./frame-rows.js";
import { GroupedData } from "./grouped-data.js";
import { joinType, lateralJoinType } from "./join-type.js";
import type { AnyFrame } from "./logical-frame.js";
import { subqueryText } from "./subquery.js";

type Keys = readonly (ColumnOrName | readonly ColumnOrName[])[];

export abstract class FrameCombinations<Frame extends AnyFrame> extends FrameRows<Frame> {
  /** Columns, names, or positions from 1. */
  groupBy(...keys: (ColumnOrName | number | readonly (ColumnOrName | number)[])[]): GroupedData<Frame> {
    return this.grouped("groupby", keys);
  }
  groupby(...keys: (ColumnOrName | number | readonly (ColumnOrName | number)[])[]): GroupedData<Frame> {
    return this.groupBy(...keys);
  }
  cube(...keys: (ColumnOrName | readonly ColumnOrName[])[]): GroupedData<Frame> {
    return this.grouped("cube", keys);
  }
  rollup(...keys: (ColumnOrName | readonly ColumnOrName[])[]): GroupedData<Frame> {
    return this.grouped("rollup", keys);
  }
  /** A group for each value of each set; columns that a set leaves out are null. @example df.groupingSets([["city"], []], "city").count() */
  groupingSets(sets: Keys, ...columns: (ColumnOrName | readonly ColumnOrName[])[]): GroupedData<Frame> {
    const texts = sets.map((set) => ([set].flat() as ColumnOrName[]).map(columnText));
    const keys = (columns.flat() as ColumnOrName[]).map(projection);
    return new GroupedData(this.make, this.plan, "grouping-sets", keys, { sets: texts });
  }
  agg(...aggregates: readonly Column[] | readonly [Readonly<Record<string, string>>]): Frame {
    return this.grouped("groupby", []).agg(...aggregates);
  }

  /**
   * On a condition (or several, all of which must hold), or on names that both sides have (then given once in the result).
   * `how`: inner, cross, left, right, full (outer), semi, anti and Spark's longer spellings.
   * @example orders.join(people, orders.col("person_id").eq(people.col("id")), "left")
   */
  join(other: Frame, on?: Column | string | readonly string[] | readonly Column[] | null, how = "inner"): Frame {
    const type = joinType(how);
    const list = on === undefined || on === null ? [] : ([on].flat() as readonly (Column | string)[]);
    const conditions = list.flatMap((one) => (one instanceof Column ? [one.text] : []));
    const using = list.flatMap((one) => (typeof one === "string" ? [one] : []));
    return this.next({
      kind: "join",
      left: this.plan,
      right: other.plan,
      type: type === "inner" && list.length === 0 ? "cross" : type,
      ...(conditions.length > 0 ? { on: conditions.join(" AND ") } : {}),
      ...(using.length > 0 ? { using } : {}),
    });
  }
  crossJoin(other: Frame): Frame {
    return this.next({ kind: "join", left: this.plan, right: other.plan, type: "cross" });
  }
  /**
   * Each row with the rows that the other DataFrame has for it; there, `col("o.id").outer()` means a column of this one. `how`: inner, left, cross.
   * @example orders.alias("o").lateralJoin(lines.where(col("order_id").eq(col("o.id").outer())).limit(3))
   */
  lateralJoin(other: Frame, on?: Column | null, how = "inner"): Frame {
    const type = lateralJoinType(how);
    return this.next({
      kind: "lateral-join",
      input: this.plan,
      subquery: subqueryText(other.plan),
      type,
      ...(on ? { on: on.text } : {}),
    });
  }
  /** True for rows for which this DataFrame has any row: a condition for another DataFrame's `filter`. */
  exists(): Column {
    return new Column(`EXISTS ${subqueryText(this.plan)}`);
  }
  /** The one value of this DataFrame's one row and column, as a Column of another. Throws SCALAR_SUBQUERY_TOO_MANY_ROWS when run. */
  scalar(): Column {
    return new Column(subqueryText(this.plan));
  }

  /** By position, duplicates kept: Spark's `union`. */
  union(other: Frame): Frame {
    return this.set(other, "union", true);
  }
  unionAll(other: Frame): Frame {
    return this.union(other);
  }
  unionByName(other: Frame, allowMissingColumns: boolean | { readonly allowMissingColumns?: boolean } = false): Frame {
    const allows =
      typeof allowMissingColumns === "object" ? allowMissingColumns.allowMissingColumns : allowMissingColumns;
    return this.set(other, "union", true, true, allows === true);
  }
  intersect(other: Frame): Frame {
    return this.set(other, "intersect", false);
  }
  intersectAll(other: Frame): Frame {
    return this.set(other, "intersect", true);
  }
  subtract(other: Frame): Frame {
    return this.set(other, "except", false);
  }
  exceptAll(other: Frame): Frame {
    return this.set(other, "except", true);
  }

  private grouped(
    grouping: "groupby" | "cube" | "rollup",
    keys: readonly (ColumnOrName | number | readonly (ColumnOrName | number)[])[],
  ): GroupedData<Frame> {
    const list = keys.flat() as (ColumnOrName | number)[];
    const texts = list.map((key) => (typeof key === "number" ? String(key) : projection(key)));
    return new GroupedData(this.make, this.plan, grouping, texts);
  }
  private set(
    other: Frame,
    operator: "union" | "intersect" | "except",
    all: boolean,
    byName = false,
    allowMissingColumns = false,
  ): Frame {
    return this.next({ kind: "set", operator, all, byName, allowMissingColumns, left: this.plan, right: other.plan });
  }
}
