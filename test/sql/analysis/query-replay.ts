/** Runs statements through compileQuery on the engine; temporary views are kept as relations, as a session would. */
import { createEngine } from "../../../src/duckdb/duckdb-engine.js";
import type { Engine, Value } from "../../../src/engine/engine.js";
import { LakeletError } from "../../../src/errors/lakelet-error.js";
import type { DataType } from "../../../src/schema/data-type.js";
import { typeText } from "../../../src/schema/type-text.js";
import { compileQuery } from "../../../src/sql/analysis/compile-query.js";
import type { CompiledQuery, RelationResolver, TableReference } from "../../../src/sql/compiler.js";
import { engineLibrary } from "../../../src/sql/functions/library.js";
import { loadParser, parseQuery } from "../../../src/sql/parse/parse.js";
import type { Relation } from "../../../src/sql/relation.js";
import type { FunctionContext } from "../../../src/sql/typed.js";

export type RecordedQuery =
  | {
      readonly sql: string;
      readonly schema: readonly { readonly name: string; readonly type: string }[];
      readonly rows: readonly (readonly unknown[])[];
    }
  | { readonly sql: string; readonly error: string };

export type QueryAnswer =
  | {
      readonly schema: readonly { readonly name: string; readonly type: string }[];
      readonly rows: readonly (readonly unknown[])[];
      readonly ordered: boolean;
    }
  | { readonly error: unknown };

export interface QueryReplay {
  readonly engine: Engine;
  readonly views: Map<string, Relation>;
  /** The references that the last statement made. */
  readonly references: TableReference[];
  compile(sql: string): Promise<CompiledQuery>;
  answer(sql: string): Promise<QueryAnswer>;
  close(): Promise<void>;
}

export function testContext(): FunctionContext {
  let seed = 0;
  return {
    timeZone: "UTC",
    now: 1_705_312_800_000_000n,
    currentCatalog: "main",
    currentSchema: "default",
    currentUser: "tester",
    seed: () => ++seed,
  };
}

const VIEW = /^CREATE OR REPLACE TEMPORARY VIEW (\w+) AS (.*)$/s;

export async function openQueries(): Promise<QueryReplay> {
  await loadParser();
  const engine = await createEngine({ library: engineLibrary, threads: 2 });
  const views = new Map<string, Relation>();
  const references: TableReference[] = [];
  const resolver: RelationResolver = {
    async table(reference) {
      references.push(reference);
      const relation = views.get(reference.name.at(-1)?.toLowerCase() ?? "");
      if (relation) return relation;
      throw new LakeletError({ condition: "TABLE_OR_VIEW_NOT_FOUND", sqlState: "42P01", problem: "There is none." });
    },
    tableFunction: () => Promise.resolve(undefined),
  };
  const compile = async (sql: string) => {
    references.length = 0;
    return await compileQuery(parseQuery(sql), { resolver, context: testContext() });
  };
  return {
    engine,
    views,
    references,
    compile,
    async answer(sql) {
      const [, name, query] = VIEW.exec(sql) ?? [];
      try {
        const compiled = await compile(query ?? sql);
        if (name === undefined) return await run(engine, compiled);
        const qualifiers = [["main", "default", name]];
        views.set(name, { sql: `(${compiled.sql})`, output: compiled.output.map((one) => ({ ...one, qualifiers })) });
        return { schema: [], rows: [], ordered: false };
      } catch (error) {
        return { error };
      }
    },
    close: () => engine.close(),
  };
}

async function run(engine: Engine, { sql, output, ordered }: CompiledQuery): Promise<QueryAnswer> {
  const { columns, rows } = await engine.run(sql);
  const named = output.map((one) => one.engineName);
  if (JSON.stringify(columns) !== JSON.stringify(named)) throw new Error(`engine columns ${columns} are not ${named}`);
  const types = output.map((one) => one.dataType);
  const schema = output.map((one) => ({ name: one.name, type: typeText(one.dataType) }));
  return {
    schema,
    rows: rows.map((row) => row.map((value, i) => encode(value, types[i] ?? { kind: "void" }))),
    ordered,
  };
}

/** Doubles may differ in their last bit; rows without an order are a multiset. */
export function rowsAgree(
  recorded: readonly (readonly unknown[])[],
  own: readonly (readonly unknown[])[],
  ordered: boolean,
): boolean {
  const texts = (rows: readonly (readonly unknown[])[]) => {
    const lines = rows.map((row) =>
      JSON.stringify(row, (_, value) => (typeof value === "number" ? Number(value.toPrecision(14)) : value)),
    );
    return ordered ? lines : lines.sort();
  };
  return JSON.stringify(texts(recorded)) === JSON.stringify(texts(own));
}

/** A value as `lakelet sql --format json` prints it, which is how the answers are recorded. */
function encode(value: Value, type: DataType): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case "array":
      return (value as readonly Value[]).map((one) => encode(one, type.elementType));
    case "map":
      return [...(value as ReadonlyMap<Value, Value>)].map(([k, v]) => [
        encode(k, type.keyType),
        encode(v, type.valueType),
      ]);
    case "struct": {
      const fields = value as Readonly<Record<string, Value>>;
      return Object.fromEntries(type.fields.map((one) => [one.name, encode(fields[one.name] ?? null, one.dataType)]));
    }
    case "long":
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "double":
    case "float":
      return Number.isFinite(value) ? value : String(value);
    case "binary":
      return Buffer.from(value as Uint8Array).toString("base64");
    default:
      return value;
  }
}
