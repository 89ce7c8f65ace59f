/** Runs a statement through lakelet's SQL and compares its answer with a recorded one. */
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine, Value } from "../../src/engine/engine.js";
import { isLakeletError } from "../../src/errors/lakelet-error.js";
import type { DataType } from "../../src/schema/data-type.js";
import { simpleString } from "../../src/schema/type-text.js";
import { compileQuery } from "../../src/sql/analysis/compile-query.js";
import { engineLibrary } from "../../src/sql/functions/library.js";
import { loadParser, parseQuery } from "../../src/sql/parse/parse.js";

type Encoded = unknown;

export type Recorded =
  | {
      readonly sql: string;
      readonly schema: readonly { readonly name: string; readonly type: string }[];
      readonly rows: readonly (readonly Encoded[])[];
    }
  | { readonly sql: string; readonly error: string; readonly sqlState: string | null }
  | { readonly sql: string; readonly unrecorded: string };

export type Answer =
  | { readonly schema: readonly { readonly name: string; readonly type: string }[]; readonly rows: Encoded[][] }
  | { readonly error: unknown };

export interface Replay {
  readonly engine: Engine;
  answer(sql: string): Promise<Answer>;
  /** Fit to be printed. */
  shown(answer: Answer): unknown;
}

export async function openReplay(): Promise<Replay> {
  await loadParser();
  const engine = await createEngine({ library: engineLibrary, threads: 2 });
  let seed = 0;
  const context = {
    timeZone: "UTC",
    now: BigInt(Date.now()) * 1000n,
    currentCatalog: "spark_catalog",
    currentSchema: "default",
    currentUser: "tester",
    seed: () => ++seed,
  };
  const resolver = {
    table: () => Promise.reject(new Error("no tables here")),
    tableFunction: () => Promise.resolve(undefined),
  };
  return {
    engine,
    async answer(sql) {
      try {
        const compiled = await compileQuery(parseQuery(sql), { resolver, context });
        const { rows } = await engine.run(compiled.sql);
        const types = compiled.output.map((one) => one.dataType);
        return {
          schema: compiled.output.map((one) => ({ name: one.name, type: simpleString(one.dataType) })),
          rows: rows.map((row) => row.map((value, i) => encode(value, types[i] as DataType))),
        };
      } catch (error) {
        return { error };
      }
    },
    shown: (answer) => ("error" in answer ? String(answer.error) : answer),
  };
}

/** A value as `lakelet sql --format json` prints it. */
export function encode(value: Value, type: DataType): Encoded {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case "array":
      return (value as readonly Value[]).map((one) => encode(one, type.elementType));
    case "map":
      return [...(value as ReadonlyMap<Value, Value>)].map(([k, v]) => [
        encode(k, type.keyType),
        encode(v, type.valueType),
      ]);
    case "struct": {
      const fields = value as { readonly [name: string]: Value };
      return Object.fromEntries(type.fields.map((one) => [one.name, encode(fields[one.name] ?? null, one.dataType)]));
    }
    case "long":
      return BigInt.asIntN(54, value as bigint) === value ? Number(value) : String(value);
    case "float":
    case "double":
      return Number.isFinite(value) ? value : String(value);
    case "binary":
      return Buffer.from(value as Uint8Array).toString("base64");
    default:
      return typeof value === "bigint" ? Number(value) : value;
  }
}

/** Undefined where the answers agree; else what differs, in words. */
export function sameAnswer(recorded: Recorded, answer: Answer): string | undefined {
  if ("unrecorded" in recorded) return "    was not recorded";
  if ("error" in recorded) {
    if (!("error" in answer)) return `    Spark: ${recorded.error}\n    lakelet: ${JSON.stringify(answer.rows)}`;
    if (isLakeletError(answer.error, recorded.error) || sameFamily(answer.error, recorded.error)) return undefined;
    return `    Spark: ${recorded.error}\n    lakelet: ${String(answer.error)}`;
  }
  if ("error" in answer) return `    lakelet: ${String(answer.error)}`;
  const problems: string[] = [];
  recorded.schema.forEach(({ type }, i) => {
    const own = answer.schema[i]?.type;
    if (own !== type) problems.push(`    column ${i} has the type ${own}, in Spark ${type}`);
  });
  if (recorded.rows.length !== answer.rows.length) {
    problems.push(`    ${answer.rows.length} rows, in Spark ${recorded.rows.length}`);
  }
  recorded.rows.forEach((row, r) => {
    row.forEach((value, c) => {
      const own = answer.rows[r]?.[c];
      if (!sameValue(value, own)) {
        problems.push(`    row ${r} column ${c}: ${JSON.stringify(own)}, in Spark ${JSON.stringify(value)}`);
      }
    });
  });
  return problems.length === 0 ? undefined : problems.slice(0, 12).join("\n");
}

/** Spark's sub-conditions of a mismatch tell what exactly does not fit; to be refused as one is what counts. */
export function sameFamily(error: unknown, condition: string): boolean {
  const family = condition.split(".")[0] ?? condition;
  // An exception of Java's that is no Spark condition: any error that is not the engine's surprise.
  if (/^[A-Z][a-z]/.test(condition)) return isLakeletError(error) && error.condition !== "INTERNAL_ERROR";
  return family === "DATATYPE_MISMATCH" && isLakeletError(error, family);
}

/** Doubles may differ in their last bit, for Java's and C's mathematics do. */
export function sameValue(spark: Encoded, own: Encoded): boolean {
  if (typeof spark === "number" && typeof own === "number") {
    return spark === own || Math.abs(spark - own) <= Math.abs(spark) * 2 ** -51;
  }
  if (Array.isArray(spark) && Array.isArray(own)) {
    return spark.length === own.length && spark.every((one, i) => sameValue(one, own[i]));
  }
  if (spark !== null && own !== null && typeof spark === "object" && typeof own === "object") {
    const keys = Object.keys(spark);
    const read = (object: object, key: string): Encoded => (object as Record<string, Encoded>)[key];
    return keys.length === Object.keys(own).length && keys.every((key) => sameValue(read(spark, key), read(own, key)));
  }
  return spark === own;
}
