/** count_min_sketch: the bytes of Spark's CountMinSketch, version 1. */
import type { EngineLibrary, Value } from "../../engine/engine.js";
import { BINARY, DOUBLE, INTEGER } from "../../schema/data-type.js";
import { isIntegral } from "../coercion/coercion.js";
import type { FunctionEntry, Typed } from "../typed.js";
import { aggregate } from "./aggregate-entry.js";
import { constant, type Expected } from "./argument.js";
import { outOfRange, unexpectedNull } from "./constant-errors.js";
import { JavaRandom } from "./java-random.js";
import { murmurText } from "./murmur3.js";

const countable: Expected = {
  text: 'the ("INTEGRAL" or "STRING" or "BINARY") type',
  target: (type) => (isIntegral(type) || type.kind === "string" || type.kind === "binary" ? type : undefined),
};
const double: Expected = {
  text: 'the "DOUBLE" type',
  target: (type) => (type.kind === "double" || type.kind === "void" ? DOUBLE : undefined),
};
const int: Expected = {
  text: 'the "INT" type',
  target: (type) => (type.kind === "integer" || type.kind === "void" ? INTEGER : undefined),
};

function known(argument: Typed | undefined, name: string, argumentName: string): string {
  const value = constant(argument as Typed, name, argumentName);
  if (value === null) throw unexpectedNull(name, argumentName);
  return value;
}

export const countMinSketchFunctions: readonly FunctionEntry[] = [
  aggregate("count_min_sketch", {
    takes: [countable, double, double, int],
    gives: BINARY,
    nullable: false,
    make([value, error, sure, seed], _modifiers, _context, name) {
      const eps = known(error, name, "eps");
      if (!(Number(eps) > 0)) throw outOfRange(name, "eps", "(0.0, 1.7976931348623157E308]", eps);
      const confidence = known(sure, name, "confidence");
      if (!(Number(confidence) > 0 && Number(confidence) <= 1)) {
        throw outOfRange(name, "confidence", "(0.0, 1.0]", confidence);
      }
      const { sql, dataType } = value as Typed;
      const [kind, type] = isIntegral(dataType) ? ["long", "BIGINT"] : ["bytes", "BLOB"];
      const item = dataType.kind === "string" ? `encode(${sql})` : `CAST(${sql} AS ${type})`;
      return {
        call: `list(${item})`,
        around: `spark_count_min_${kind}(coalesce({call}, []), ${Number(eps)}, ${Number(confidence)}, ${known(seed, name, "seed")})`,
      };
    },
  }),
];

const PRIME = (1n << 31n) - 1n;

class CountMinSketch {
  readonly depth: number;
  readonly width: number;
  readonly factors: readonly bigint[];
  readonly table: bigint[][];
  total = 0n;

  constructor(eps: number, confidence: number, seed: bigint) {
    this.depth = Math.ceil(-Math.log1p(-confidence) / Math.log(2));
    this.width = Math.ceil(2 / eps);
    const random = new JavaRandom(seed);
    this.factors = Array.from({ length: this.depth }, () => BigInt(random.nextInt(2 ** 31 - 1)));
    this.table = this.factors.map(() => new Array<bigint>(this.width).fill(0n));
  }

  addLong(item: bigint): void {
    this.#add((row) => {
      const product = BigInt.asIntN(64, (this.factors[row] ?? 0n) * item);
      return Number((BigInt.asIntN(64, product + (product >> 32n)) & PRIME) % BigInt(this.width));
    });
  }

  addBytes(item: Uint8Array): void {
    const first = murmurText(item, 0);
    const second = murmurText(item, first);
    this.#add((row) => Math.abs(((first + Math.imul(row, second)) | 0) % this.width));
  }

  #add(place: (row: number) => number): void {
    this.table.forEach((counts, row) => {
      const at = place(row);
      counts[at] = (counts[at] ?? 0n) + 1n;
    });
    this.total++;
  }

  /** Version, total, depth, width, the factors, then the table row by row, all big-endian. */
  bytes(): Uint8Array {
    const view = new DataView(new ArrayBuffer(20 + 8 * this.depth * (this.width + 1)));
    view.setInt32(0, 1);
    view.setBigInt64(4, this.total);
    view.setInt32(12, this.depth);
    view.setInt32(16, this.width);
    [...this.factors, ...this.table.flat()].forEach((value, i) => {
      view.setBigInt64(20 + 8 * i, value);
    });
    return new Uint8Array(view.buffer);
  }
}

function sketchOf<Item>(
  items: Value,
  parameters: readonly Value[],
  add: (sketch: CountMinSketch, item: Item) => void,
): Uint8Array {
  const [eps, confidence, seed] = parameters;
  const sketch = new CountMinSketch(Number(eps), Number(confidence), BigInt(Number(seed)));
  for (const item of items as readonly (Item | null)[]) if (item !== null) add(sketch, item);
  return sketch.bytes();
}

export const countMinSketchLibrary: EngineLibrary = {
  macros: {},
  functions: [
    {
      name: "spark_count_min_long",
      parameters: ["BIGINT[]", "DOUBLE", "DOUBLE", "INTEGER"],
      returns: "BLOB",
      call: (items, ...parameters) => sketchOf<bigint>(items, parameters, (sketch, item) => sketch.addLong(item)),
    },
    {
      name: "spark_count_min_bytes",
      parameters: ["BLOB[]", "DOUBLE", "DOUBLE", "INTEGER"],
      returns: "BLOB",
      call: (items, ...parameters) => sketchOf<Uint8Array>(items, parameters, (sketch, item) => sketch.addBytes(item)),
    },
  ],
};
