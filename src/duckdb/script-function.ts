/** Functions in JavaScript, callable from engine SQL. */
import { type DuckDBConnection, DuckDBScalarFunction, type DuckDBType, type DuckDBVector } from "@duckdb/node-api";
import type { ScriptFunction, Value } from "../engine/engine.js";
import type { LakeletError } from "../errors/lakelet-error.js";
import { isLakeletError } from "../errors/lakelet-error.js";
import { engineValueWriter } from "./engine-values.js";
import { vectorValues } from "./result-values.js";

/**
 * Errors on their way through the engine, which carries text only. Those that engine SQL swallows (TRY) are never asked for,
 * so the oldest go when there are many.
 */
const thrown = new Map<string, LakeletError>();
const THROWN_LIMIT = 1000;
let thrownCount = 0;

/** The LakeletError that a script function threw, if this message of the engine came from one. */
export function thrownByScript(message: string): LakeletError | undefined {
  const key = /\[lakelet-thrown:(\d+)\]/.exec(message)?.[1];
  const error = key === undefined ? undefined : thrown.get(key);
  if (key !== undefined) thrown.delete(key);
  return error;
}

/** Makes the function known to the whole database. `types` are the engine's types of the parameters, then of the result. */
export function registerScriptFunction(
  connection: DuckDBConnection,
  script: ScriptFunction,
  parameterTypes: readonly DuckDBType[],
  returnType: DuckDBType,
): void {
  const toEngine = engineValueWriter(returnType);
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: script.name,
      parameterTypes,
      returnType,
      specialHandling: script.nulls === true,
      volatile: script.volatile === true,
      mainFunction: (info, input, output) => {
        try {
          const columns = parameterTypes.map((_, i) => vectorValues(input.getColumnVector(i)));
          callRows(script, columns, input.rowCount, output, toEngine);
        } catch (error) {
          info.setError(errorText(error));
        }
      },
    }),
  );
}

function callRows(
  script: ScriptFunction,
  columns: readonly (readonly Value[])[],
  rowCount: number,
  output: DuckDBVector,
  toEngine: ReturnType<typeof engineValueWriter>,
): void {
  if (script.batch) {
    const values = script.batch(columns, rowCount);
    for (let i = 0; i < rowCount; i++) output.setItem(i, toEngine(values[i] ?? null));
    output.flush();
    return;
  }
  const passesNulls = script.nulls === true;
  const row = new Array<Value>(columns.length);
  for (let i = 0; i < rowCount; i++) {
    let hasNull = false;
    for (let c = 0; c < row.length; c++) {
      const value = columns[c]?.[i] ?? null;
      row[c] = value;
      if (value === null) hasNull = true;
    }
    output.setItem(i, hasNull && !passesNulls ? null : toEngine(script.call(...row)));
  }
  output.flush();
}

function errorText(error: unknown): string {
  if (!isLakeletError(error)) return error instanceof Error ? error.message : String(error);
  const key = String(++thrownCount);
  thrown.set(key, error);
  if (thrown.size > THROWN_LIMIT) thrown.delete(thrown.keys().next().value ?? key);
  return `[lakelet-thrown:${key}] ${error.message}`;
}
