/** uniform, randstr, shuffle: values by chance, repeatable with a seed as Spark's first partition gives them. */
import type { EngineLibrary } from "../../engine/engine.js";
import { type DataType, DOUBLE, INTEGER, LONG, STRING } from "../../schema/data-type.js";
import { canImplicitlyCast, commonType, isIntegral, isNumeric } from "../coercion/coercion.js";
import type { Argument, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { accept, anArray, anInt, constant, type Expected, expectCount } from "./argument.js";
import { compileCast } from "./cast.js";
import { invalidParameterValue, notConstant } from "./function-errors.js";
import { MersenneTwister } from "./mersenne-twister.js";
import { once } from "./once.js";
import { callKey, generatorsOf } from "./random-generators.js";
import { type Random, sparkRandom } from "./spark-random.js";

const bound: Expected = {
  text: 'the "NUMERIC" type',
  target: (type) => (isNumeric(type) ? type : type.kind === "void" ? DOUBLE : undefined),
};
const seedType: Expected = {
  text: 'the ("INT" or "BIGINT") type',
  target: (type) => (["integer", "long", "void"].includes(type.kind) ? LONG : undefined),
};

/** Engine SQL of the seed: of its own for each call where none is given, 0 where NULL is. */
function seedSql(argument: Argument | undefined, index: number, context: FunctionContext, name: string): string {
  if (argument === undefined) return String(context.seed());
  const seed = accept(argument, seedType, name, index, context);
  return constant(argument as Typed, name, "seed") === null ? "0" : seed.sql;
}

/** Columns are quoted names in engine SQL, and nothing else is. */
function checkConstant(value: Typed, name: string, argument: string): void {
  if (value.sql.replace(/'(?:[^']|'')*'/g, "").includes('"')) throw notConstant(name, argument);
}

/** Of two decimals the wider, else the second; a decimal beside integers, the wider of integers, doubles before floats before all. */
function uniformType(least: DataType, most: DataType): DataType {
  const kinds = [least.kind, most.kind];
  if (isIntegral(least) && isIntegral(most)) return commonType([least, most]) ?? LONG;
  for (const floating of [least, most]) if (floating.kind === "double") return floating;
  for (const floating of [least, most]) if (floating.kind === "float") return floating;
  if (least.kind !== "decimal" || most.kind !== "decimal") return kinds[0] === "decimal" ? least : most;
  const wider = least.precision - least.scale >= most.precision - most.scale && least.scale >= most.scale;
  return wider ? least : most;
}

function uniform(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2, 3);
  const [least, most] = args.slice(0, 2).map((one, i) => accept(one, bound, name, i, context));
  if (!least || !most) return args[0] as Typed;
  checkConstant(least, name, "min");
  checkConstant(most, name, "max");
  const [low, high] = [least, most].map((one) => compileCast(one, DOUBLE, "ansi", context).sql);
  const chance = `spark_uniform(${seedSql(args[2], 2, context, name)}, ${callKey(context)}, random())`;
  const value: Typed = {
    sql: `(${low} + (${high} - ${low}) * ${chance})`,
    dataType: DOUBLE,
    nullable: least.nullable || most.nullable,
    deterministic: false,
  };
  const dataType = uniformType(least.dataType, most.dataType);
  // A cast may name its operand twice, which would be another number each time.
  return {
    ...value,
    sql: once(value, (sql) => compileCast({ ...value, sql }, dataType, "ansi", context).sql),
    dataType,
  };
}

function randstr(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 1, 2);
  const numeric: Expected = {
    text: 'the "INT" type',
    target: (type) => (canImplicitlyCast(type, INTEGER) ? INTEGER : anInt.target(type)),
  };
  const length = accept(args[0] as Argument, numeric, name, 0, context);
  checkConstant(length, name, "length");
  const seed = seedSql(args[1], 1, context, name);
  return {
    sql: `spark_randstr(coalesce(${length.sql}, 0), ${seed}, ${callKey(context)}, random())`,
    dataType: STRING,
    nullable: false,
    deterministic: false,
  };
}

function shuffle(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 1, 2);
  const list = accept(args[0] as Argument, anArray, name, 0, context);
  const [, seed] = args;
  if (seed !== undefined && !("lambda" in seed) && !seedType.target(seed.dataType)) {
    throw invalidParameterValue("LONG", name, "the seed must be a bigint", "Write a whole number.");
  }
  const given = seed !== undefined && "literal" in seed && seed.literal?.value === null ? undefined : seed;
  const chance = `${seedSql(given, 1, context, name)}, ${callKey(context)}, random()`;
  const sql = once(list, (x) => `list_select(${x}, spark_shuffled(CAST(len(${x}) AS INTEGER), ${chance}))`);
  return { sql, dataType: list.dataType, nullable: list.nullable, deterministic: false };
}

export const randomValueFunctions: readonly FunctionEntry[] = [
  { kind: "scalar", names: ["uniform"], compile: uniform },
  { kind: "scalar", names: ["randstr"], compile: randstr },
  { kind: "scalar", names: ["shuffle"], compile: shuffle },
];

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

function randomText(length: number, random: Random): string {
  if (length < 0) {
    throw invalidParameterValue("LENGTH", "randstr", `the length must not be negative, but it is ${length}`);
  }
  return Array.from({ length }, () => LETTERS[Math.abs(random.nextInt() % LETTERS.length)]).join("");
}

/** Positions from 1, each taking the place of one before it: Fisher and Yates, inside out. */
function shuffled(length: number, random: MersenneTwister): readonly number[] {
  const positions: number[] = [];
  for (let i = 0; i < length; i++) {
    const place = random.nextInt(i + 1);
    if (place !== i) positions[i] = positions[place] ?? 0;
    positions[place] = i + 1;
  }
  return positions;
}

const uniforms = generatorsOf<Random>(sparkRandom);
const texts = generatorsOf<Random>(sparkRandom);
const orders = generatorsOf((seed) => new MersenneTwister(seed));

export const randomValueLibrary: EngineLibrary = {
  macros: {},
  functions: [
    {
      name: "spark_uniform",
      parameters: ["BIGINT", "VARCHAR", "DOUBLE"],
      returns: "DOUBLE",
      call: (seed, call) => uniforms(BigInt(String(seed)), String(call)).nextDouble(),
    },
    {
      name: "spark_randstr",
      parameters: ["INTEGER", "BIGINT", "VARCHAR", "DOUBLE"],
      returns: "VARCHAR",
      call: (length, seed, call) => randomText(Number(length), texts(BigInt(String(seed)), String(call))),
    },
    {
      name: "spark_shuffled",
      parameters: ["INTEGER", "BIGINT", "VARCHAR", "DOUBLE"],
      returns: "INTEGER[]",
      call: (length, seed, call) => shuffled(Number(length), orders(BigInt(String(seed)), String(call))),
    },
  ],
};
