/** Expressions and queries that a statement evaluates before it does its work: their values as constants. */
import type { Value } from "../../../engine/engine.js";
import type { DataType } from "../../../schema/data-type.js";
import type { Expression, Query, SelectQuery } from "../../../sql/ast.js";
import { transported, valueExpression } from "../../../sql/value-expression.js";
import type { StatementContext } from "../statement-context.js";

export interface ConstantValue {
  readonly value: Value;
  readonly dataType: DataType;
  /** The value as an expression. */
  readonly expression: Expression;
}

/** The value of an expression that reads no row. `dataType`: what it is cast to, its own type where absent. */
export async function constantValue(
  expression: Expression,
  context: StatementContext,
  dataType?: DataType,
): Promise<ConstantValue> {
  const cast: Expression =
    dataType === undefined ? expression : { kind: "cast", operand: expression, to: dataType, try: false };
  const [row] = await constantRows(selectOf([cast]), context, 1);
  const [value] = row ?? [];
  if (value === undefined) throw new Error("an expression has one value");
  return value;
}

/** Up to `limit` rows of a query, each value as a constant. */
export async function constantRows(
  query: Query,
  context: StatementContext,
  limit: number,
): Promise<readonly (readonly ConstantValue[])[]> {
  const types = await context.withQuery(query, ({ schema }) =>
    Promise.resolve(schema.fields.map((one) => one.dataType)),
  );
  const names = types.map((_, i) => `value_${i}`);
  const source = { kind: "subquery", query, lateral: false, alias: "rows_", columns: names } as const;
  const columns = types.map((type, i) => transported({ kind: "column", parts: ["rows_", names[i] ?? ""] }, type));
  const text: SelectQuery = {
    ...selectOf(columns),
    from: [source],
    limit: { kind: "literal", dataType: { kind: "integer" }, value: String(limit) },
  };
  return context.withQuery(text, async ({ sql }) => {
    const { rows } = await context.runtime.engine.run(sql);
    return rows.map((row) =>
      row.map((value, i) => {
        const dataType = types[i] ?? { kind: "void" };
        return { value, dataType, expression: valueExpression(value, dataType) };
      }),
    );
  });
}

function selectOf(projection: readonly Expression[]): SelectQuery {
  return { kind: "select", distinct: false, projection, from: [], lateralViews: [], windows: {}, orderBy: [] };
}
