/** `groupBy(...)`, `cube(...)`, `rollup(...)`: what `agg` and its short forms are called on. */
import { Column, type ColumnOrName, columnText, nameText } from "./column.js";
import { type LiteralValue, literalText } from "./literal.js";
import type { Plan } from "./plan.js";
import type { PlanNode } from "./plan-id.js";

/** `Frame` is DataFrame; a parameter, so that the two files do not import each other. */
export class GroupedData<Frame> {
  constructor(
    private readonly make: (node: PlanNode) => Frame,
    private readonly input: Plan,
    private readonly grouping: "groupby" | "cube" | "rollup",
    private readonly keys: readonly string[],
    private readonly pivoted?: { readonly column: string; readonly values?: readonly string[] },
  ) {}

  /** Columns, or `{ amount: "sum" }` as in PySpark. */
  agg(...aggregates: readonly Column[] | readonly [Readonly<Record<string, string>>]): Frame {
    const list = aggregates.flatMap((one) =>
      one instanceof Column
        ? [one.projection]
        : Object.entries(one).map(([name, f]) => `${f}(${name === "*" ? "*" : nameText(name)})`),
    );
    return this.make({
      kind: "aggregate",
      input: this.input,
      grouping: this.grouping,
      keys: this.keys,
      aggregates: list,
      ...(this.pivoted ? { pivot: this.pivoted } : {}),
    });
  }
  count(): Frame {
    return this.agg(new Column("count(1)", ["count"]));
  }
  sum(...columns: ColumnOrName[]): Frame {
    return this.each("sum", columns);
  }
  avg(...columns: ColumnOrName[]): Frame {
    return this.each("avg", columns);
  }
  mean(...columns: ColumnOrName[]): Frame {
    return this.avg(...columns);
  }
  min(...columns: ColumnOrName[]): Frame {
    return this.each("min", columns);
  }
  max(...columns: ColumnOrName[]): Frame {
    return this.each("max", columns);
  }
  /** One column a value; without values they are found first. */
  pivot(column: ColumnOrName, values?: readonly LiteralValue[]): GroupedData<Frame> {
    const pivoted = { column: columnText(column), ...(values ? { values: values.map(literalText) } : {}) };
    return new GroupedData(this.make, this.input, this.grouping, this.keys, pivoted);
  }

  private each(name: string, columns: readonly ColumnOrName[]): Frame {
    return this.agg(...columns.map((one) => new Column(`${name}(${columnText(one)})`)));
  }
}
