/** `groupBy(...)`, `cube(...)`, `rollup(...)`: what `agg` and its short forms are called on. */
import { LakeletError } from "../errors/lakelet-error.js";
import { Column, type ColumnOrName, columnText, nameText } from "./column.js";
import { type LiteralValue, literalText } from "./literal.js";
import type { Plan } from "./plan.js";
import type { PlanNode } from "./plan-id.js";
import { refusedMember } from "./refused-member.js";

/** `Frame` is DataFrame; a parameter, so that the two files do not import each other. */
export class GroupedData<Frame> {
  constructor(
    private readonly make: (node: PlanNode) => Frame,
    private readonly input: Plan,
    private readonly grouping: "groupby" | "cube" | "rollup" | "grouping-sets",
    private readonly keys: readonly string[],
    private readonly settings: Pick<Extract<Plan, { kind: "aggregate" }>, "pivot" | "sets"> = {},
  ) {}

  /**
   * Columns, or `{ amount: "sum" }` as in PySpark.
   * @example df.groupBy("city").agg(sum("amount").alias("total"), count("*").alias("n"))
   */
  agg(...aggregates: readonly Column[] | readonly [Readonly<Record<string, string>>]): Frame {
    const list = aggregates.flatMap((one) =>
      one instanceof Column
        ? [one.projection]
        : inMapOrder(Object.entries(one)).map(([name, f]) => `${f}(${name === "*" ? "*" : nameText(name)})`),
    );
    return this.aggregated(list);
  }
  count(): Frame {
    return this.agg(new Column("count(1)", ["count"]));
  }
  /** Of these columns, or of all numeric ones. */
  sum(...columns: string[]): Frame {
    return this.short("sum", columns);
  }
  avg(...columns: string[]): Frame {
    return this.short("avg", columns);
  }
  mean(...columns: string[]): Frame {
    return this.avg(...columns);
  }
  min(...columns: string[]): Frame {
    return this.short("min", columns);
  }
  max(...columns: string[]): Frame {
    return this.short("max", columns);
  }
  /** One column a value; without values they are found first. Throws REPEATED_CLAUSE. */
  pivot(column: ColumnOrName, values?: readonly LiteralValue[]): GroupedData<Frame> {
    if (this.settings.pivot) {
      throw new LakeletError({
        condition: "REPEATED_CLAUSE",
        sqlState: "42614",
        problem: "The PIVOT clause may be used at most once per SUBQUERY operation.",
        parameters: { clause: "PIVOT", operation: "SUBQUERY" },
      });
    }
    const pivot = { column: columnText(column), ...(values ? { values: values.map(literalText) } : {}) };
    return new GroupedData(this.make, this.input, this.grouping, this.keys, { ...this.settings, pivot });
  }

  apply(..._: readonly unknown[]): never {
    throw onRowsOfGroups("apply");
  }
  applyInPandas(..._: readonly unknown[]): never {
    throw onRowsOfGroups("applyInPandas");
  }
  applyInArrow(..._: readonly unknown[]): never {
    throw onRowsOfGroups("applyInArrow");
  }
  applyInPandasWithState(..._: readonly unknown[]): never {
    throw onRowsOfGroups("applyInPandasWithState");
  }
  transformWithStateInPandas(..._: readonly unknown[]): never {
    throw onRowsOfGroups("transformWithStateInPandas");
  }
  cogroup(_: unknown): never {
    throw onRowsOfGroups("cogroup");
  }

  private short(name: string, columns: readonly string[]): Frame {
    return this.aggregated([], { name, columns });
  }
  private aggregated(aggregates: readonly string[], short?: { name: string; columns: readonly string[] }): Frame {
    return this.make({
      kind: "aggregate",
      input: this.input,
      grouping: this.grouping,
      keys: this.keys,
      aggregates,
      ...(short ? { short } : {}),
      ...this.settings,
    });
  }
}

function onRowsOfGroups(member: string): LakeletError {
  const cure = "Use aggregate and window functions, or collect_list with a UDF over the list.";
  return refusedMember("GROUPED_MAP", `GroupedData.${member}`, cure);
}

/** PySpark hands the object on as a map of Java, and the columns come in the order of that map: so it is here, up to the four entries that keep it. */
function inMapOrder<Value>(entries: readonly (readonly [string, Value])[]): readonly (readonly [string, Value])[] {
  if (entries.length > 4) return entries;
  return entries
    .map((entry) => ({ entry, bucket: bucketOf(entry[0]) }))
    .sort((one, other) => one.bucket - other.bucket)
    .map(({ entry }) => entry);
}

/** The place of a text in a Java map of 16 buckets. */
function bucketOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return (hash ^ (hash >>> 16)) & 15;
}
