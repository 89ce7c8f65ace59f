/** Compiles calls of hand-made arguments and runs them on the engine. */
import type { Engine } from "../../../src/engine/engine.js";
import type { DataType } from "../../../src/schema/data-type.js";
import { engineString, engineType } from "../../../src/schema/engine-type.js";
import { lookupFunction } from "../../../src/sql/functions/registry.js";
import type { FunctionContext, Typed } from "../../../src/sql/typed.js";

export const CONTEXT: FunctionContext = {
  timeZone: "UTC",
  now: 1_705_314_630_000_000n,
  currentCatalog: "main",
  currentSchema: "default",
  currentUser: "tester",
  seed: () => 1,
};

/** A column `a`, `b` ... of the rows that {@link columnValues} makes. */
export function column(name: string, dataType: DataType): Typed {
  return { sql: `"${name}"`, dataType, nullable: true };
}

export function literal(value: string, dataType: DataType): Typed {
  return {
    sql: `CAST(${engineString(value)} AS ${engineType(dataType)})`,
    dataType,
    nullable: false,
    literal: { value },
  };
}

export function call(name: string, ...args: readonly Typed[]): Typed {
  const entry = lookupFunction(name);
  if (entry?.kind !== "scalar") throw new Error(`${name} is no scalar function`);
  return entry.compile(args, CONTEXT, name);
}

/** The values of an expression over rows of texts, each column cast to its type by the engine; as texts. */
export async function evaluate(
  engine: Engine,
  expression: Typed,
  types: Readonly<Record<string, DataType>>,
  rows: readonly (readonly (string | null)[])[],
): Promise<readonly (string | null)[]> {
  const names = Object.keys(types);
  const cells = rows.map((row) => `(${row.map((one) => (one === null ? "NULL" : engineString(one))).join(", ")})`);
  const typed = names.map((name) => `CAST("${name}" AS ${engineType(types[name] as DataType)}) AS "${name}"`);
  const source = `SELECT ${typed.join(", ")} FROM (VALUES ${cells.join(", ")}) AS v(${names.map((one) => `"${one}"`).join(", ")})`;
  const { rows: results } = await engine.run(`SELECT CAST(${expression.sql} AS VARCHAR) FROM (${source}) AS t`);
  return results.map(([value]) => (value === null || value === undefined ? null : String(value)));
}
