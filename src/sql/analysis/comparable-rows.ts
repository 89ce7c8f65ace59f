/** Which columns rows can be compared by: DISTINCT, set operations and GROUP BY refuse VARIANT, and the first two maps as well. */
import { type DataType, holdsType } from "../../schema/data-type.js";
import { analysisError } from "./analysis-errors.js";

const holds = (type: DataType, kind: "map" | "variant"): boolean => holdsType(type, (one) => one.kind === kind);

/** Throws UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE or _VARIANT_TYPE for columns that DISTINCT or a set operation cannot compare. */
export function requireComparable(columns: readonly { readonly name: string; readonly dataType: DataType }[]): void {
  for (const kind of ["map", "variant"] as const) {
    const column = columns.find((one) => holds(one.dataType, kind));
    if (!column) continue;
    const name = kind.toUpperCase();
    throw analysisError(
      `UNSUPPORTED_FEATURE.SET_OPERATION_ON_${name}_TYPE`,
      "0A000",
      `Rows with columns of the type ${name} cannot be compared by DISTINCT or a set operation, but the column \`${column.name}\` is one.`,
      {
        cure: kind === "map" ? "Compare map_entries(m)." : "Compare to_json(v).",
        parameters: { colName: `\`${column.name}\`` },
      },
    );
  }
}

/** Throws GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE for a variant, or what holds one. */
export function requireGroupable(type: DataType): void {
  if (!holds(type, "variant")) return;
  throw analysisError(
    "GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE",
    "42822",
    "Rows cannot be grouped by an expression of the type VARIANT, which has no order.",
    { cure: "Group by a part of it as another type, or by to_json(v)." },
  );
}
