/** Generators of chance that go on from row to row of a call: each call has its own, and one that begins anew begins its sequence anew. */
import { engineString } from "../../schema/engine-type.js";
import type { FunctionContext } from "../typed.js";

const LIMIT = 1000;

/** Engine SQL of a text that names the call among all calls. */
export function callKey(context: FunctionContext): string {
  return engineString(`${context.now}-${context.seed()}`);
}

/** The generator of a call; made from the seed when the call is first seen. */
export function generatorsOf<Generator>(make: (seed: bigint) => Generator): (seed: bigint, call: string) => Generator {
  const generators = new Map<string, Generator>();
  return (seed, call) => {
    const known = generators.get(call);
    if (known) return known;
    const made = make(seed);
    if (generators.size >= LIMIT) generators.delete(generators.keys().next().value ?? call);
    generators.set(call, made);
    return made;
  };
}
