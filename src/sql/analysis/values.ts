/** VALUES: rows of expressions, each column at its least common type. */
import { engineName } from "../../schema/engine-type.js";
import type { ValuesQuery } from "../ast.js";
import { widerTypeWithoutStrings } from "../coercion/coercion.js";
import { analysisError } from "./analysis-errors.js";
import { compileExpression } from "./expression.js";
import { coerce } from "./implicit-cast.js";
import { limitSql } from "./order-by.js";
import { orderedRows } from "./ordered-rows.js";
import { allOrigins, withOrigins } from "./origins.js";
import type { Environment, OutputColumn, QueryOutput, Scope } from "./scope.js";

/** Throws INVALID_INLINE_TABLE.*. */
export function compileValues(query: ValuesQuery, environment: Environment): QueryOutput {
  const { analysis } = environment;
  const before = analysis.effects.nondeterministic;
  const scope: Scope = { environment, columns: [] };
  // `VALUES (1, 2)` is a row of two columns, `VALUES 1` a row of one; a row of one struct comes as a call.
  const compiled = query.rows.map((row) =>
    row.map((one) => withOrigins(analysis, () => compileExpression(one, scope))),
  );
  const rows = compiled.map((row) => row.map((one) => one.value));
  const width = rows[0]?.length ?? 0;
  const uneven = rows.findIndex((row) => row.length !== width);
  if (uneven >= 0) {
    throw analysisError(
      "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH",
      "42000",
      `Invalid inline table: expected ${width} columns but found ${rows[uneven]?.length} columns in row ${uneven}.`,
    );
  }
  const output = Array.from({ length: width }, (_, i): OutputColumn => {
    const cells = rows.flatMap((row) => row[i] ?? []);
    const [first, ...rest] = cells;
    const dataType = rest.reduce((so, one) => so && widerTypeWithoutStrings(so, one.dataType), first?.dataType);
    if (!dataType) throw incompatibleTypes(i);
    const name = `col${i + 1}`;
    const nullable = cells.some((one) => one.nullable);
    const made = allOrigins(compiled.map((row) => row[i]));
    return { name, engineName: name, dataType, nullable, qualifiers: [], id: analysis.unique("c"), ...made };
  });
  const lines = rows.map(
    (row) =>
      `(${row.map((one, i) => coerce(one, output[i]?.dataType ?? one.dataType, analysis.context).sql).join(", ")})`,
  );
  const names = output.map((one) => engineName(one.engineName)).join(", ");
  const sql = `SELECT ${names} FROM (VALUES ${lines.join(", ")}) AS ${engineName(analysis.unique("v"))}(${names})`;
  const ordered = query.orderBy.length > 0;
  return {
    sql: `${ordered ? orderedRows(sql, output, query.orderBy, environment) : sql}${limitSql(query, environment)}`,
    output,
    ordered,
    deterministic: analysis.effects.nondeterministic === before,
  };
}

function incompatibleTypes(index: number): Error {
  return analysisError(
    "INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE",
    "42000",
    `Invalid inline table: found incompatible types in the column \`col${index + 1}\`.`,
    { cure: "Cast the values to one type.", parameters: { colName: `\`col${index + 1}\`` } },
  );
}
