/** rand, randn, uuid: numbers by chance, repeatable with a seed. */
import type { ScriptFunction } from "../../engine/engine.js";
import { DOUBLE, STRING } from "../../schema/data-type.js";
import type { FunctionEntry, Typed } from "../typed.js";
import { accept, aLong, constant, expectCount, values } from "./argument.js";
import { callKey, generatorsOf } from "./random-generators.js";
import { type Random, sparkRandom } from "./spark-random.js";

const generatorOf = generatorsOf<Random>(sparkRandom);

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
      return { sql: `spark_rand_${kind}(${seed}, ${callKey(context)}, random())`, ...base };
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
