/** rand, randn, uuid: numbers by chance, repeatable with a seed. */
import type { ScriptFunction } from "../../engine/engine.js";
import { DOUBLE, STRING } from "../../schema/data-type.js";
import type { FunctionEntry, Typed } from "../typed.js";
import { accept, aLong, constant, expectCount, values } from "./argument.js";
import { type Random, sparkRandom } from "./spark-random.js";

/** The generators of the calls at work, by call; a call that begins anew begins its sequence anew. */
const generators = new Map<string, Random>();
const GENERATORS_LIMIT = 1000;

function generatorOf(seed: bigint, call: string): Random {
  const known = generators.get(call);
  if (known) return known;
  const made = sparkRandom(seed);
  if (generators.size >= GENERATORS_LIMIT) generators.delete(generators.keys().next().value ?? call);
  generators.set(call, made);
  return made;
}

/**
 * With a seed the sequence is that of Spark's first partition, handed out in the order in which the engine computes the rows: repeatable
 * where that order is (small inputs, one thread); without a seed the engine's own random().
 */
function random(names: string, kind: "uniform" | "normal"): FunctionEntry {
  return {
    kind: "scalar",
    names: names.split(" "),
    compile(args, context, name) {
      expectCount(args, name, 0, 1);
      const [argument] = values(args, name);
      const base = { dataType: DOUBLE, nullable: false, deterministic: false } as const;
      if (!argument && kind === "uniform") return { sql: "random()", ...base };
      if (argument) accept(argument, aLong, name, 0, context);
      const seed = argument ? (constant(argument, name, "seed") ?? "0") : String(context.seed());
      // random() only keeps the engine from computing the call once for all rows.
      return { sql: `spark_rand_${kind}(${seed}, '${context.now}-${context.seed()}', random())`, ...base };
    },
  };
}

export const randomFunctions: readonly FunctionEntry[] = [
  random("rand random", "uniform"),
  random("randn", "normal"),
  {
    kind: "scalar",
    names: ["uuid"],
    compile(args, _, name): Typed {
      expectCount(args, name, 0);
      return { sql: "CAST(uuid() AS VARCHAR)", dataType: STRING, nullable: false, deterministic: false };
    },
  },
  { kind: "refused", names: ["uniform"], alternative: "floor(low + rand() * (high - low))" },
  { kind: "refused", names: ["randstr"], alternative: "left(replace(uuid(), '-', ''), length)" },
];

function script(kind: "uniform" | "normal"): ScriptFunction {
  return {
    name: `spark_rand_${kind}`,
    parameters: ["BIGINT", "VARCHAR", "DOUBLE"],
    returns: "DOUBLE",
    call(seed, call) {
      const generator = generatorOf(BigInt(String(seed)), `${kind} ${call}`);
      return kind === "uniform" ? generator.nextDouble() : generator.nextGaussian();
    },
  };
}

export const randomScripts: readonly ScriptFunction[] = [script("uniform"), script("normal")];
