/** UNPIVOT: columns to rows of a name and a value. */
import { STRING } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import type { Expression, FromItem } from "../ast.js";
import { widerTypeWithoutStrings } from "../coercion/coercion.js";
import { analysisError, sqlType } from "./analysis-errors.js";
import { type Block, extend } from "./block.js";
import { compileExpression } from "./expression.js";
import { structField } from "./field-access.js";
import { coerce } from "./implicit-cast.js";
import { findColumn } from "./name-resolution.js";
import { originsField } from "./origins.js";
import type { Environment, ScopeColumn } from "./scope.js";

type UnpivotItem = Extract<FromItem, { kind: "unpivot" }>;

/** Throws UNPIVOT_VALUE_DATA_TYPE_MISMATCH where the columns have no common type. */
export function unpivotBlock(item: UnpivotItem, input: Block, environment: Environment): Block {
  const { analysis } = environment;
  const { context } = analysis;
  const values = item.columns.map(({ column }) => compileExpression(column, { environment, columns: input.columns }));
  const [first] = values;
  const type = values.slice(1).reduce((so, one) => so && widerTypeWithoutStrings(so, one.dataType), first?.dataType);
  if (type === undefined) throw noCommonValueType(values.map((one) => sqlType(one.dataType)));
  const nullable = values.some((one) => one.nullable) && item.includeNulls;
  const { block, added } = extend(
    input,
    [
      {
        name: "unpivoted",
        value: (base) => {
          const scope = { environment, columns: base.columns };
          const rows = item.columns.map(({ column, name }) => {
            const value = coerce(compileExpression(column, scope), type, context);
            return `{n: ${engineString(name ?? nameOf(column))}, v: ${value.sql}}`;
          });
          return { sql: `unnest([${rows.join(", ")}])`, dataType: { kind: "void" }, nullable: false };
        },
      },
    ],
    analysis,
  );
  const rows = added[0]?.sql ?? "";
  const column = (name: string, field: string, dataType: ScopeColumn["dataType"], mayBeNull: boolean): ScopeColumn => ({
    name,
    dataType,
    nullable: mayBeNull,
    engineName: name,
    qualifiers: [],
    sql: structField(rows, { name: field }),
    id: analysis.unique("c"),
  });
  const nameColumn = column(item.nameName, "n", STRING, false);
  const valueColumn = { ...column(item.valueName, "v", type, nullable), ...originsField(added[0]?.origins) };
  const turned = new Set(
    item.columns.map((one) =>
      one.column.kind === "column" ? findColumn(one.column.parts, input.columns)?.column.id : "",
    ),
  );
  return {
    ...block,
    columns: [...block.columns.filter((one) => !turned.has(one.id) && !one.internal), nameColumn, valueColumn],
    where: item.includeNulls ? [] : [`(${valueColumn.sql} IS NOT NULL)`],
  };
}

function nameOf(column: Expression): string {
  return column.kind === "column" ? (column.parts.at(-1) ?? "") : "";
}

function noCommonValueType(types: readonly string[]): Error {
  return analysisError(
    "UNPIVOT_VALUE_DATA_TYPE_MISMATCH",
    "42K09",
    `Unpivot value columns must share a least common type, some types do not: [${types.join(", ")}].`,
    { cure: "Cast them in a subquery.", parameters: { types: types.join(", ") } },
  );
}
