/** Hashes and checksums: hash, xxhash64, crc32, md5, sha1, sha2. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { EngineLibrary, ScriptFunction, Value } from "../../engine/engine.js";
import { BINARY, type DataType, INTEGER, LONG, STRING } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import type { FunctionEntry, Typed } from "../typed.js";
import { anInt, type Expected, expectCount, scalar, typedFrom, values } from "./argument.js";
import { unhashable, unsupportedFeature } from "./function-errors.js";
import { intervalUnits } from "./interval-units.js";
import { murmurInt, murmurLong, murmurText } from "./murmur3.js";
import { xxhashBytes, xxhashInt, xxhashLong } from "./xxhash64.js";

/** Texts and bytes; Spark takes nothing else. */
const bytes: Expected = {
  text: 'the "BINARY" type',
  target: (type) =>
    type.kind === "string" || type.kind === "binary" ? type : type.kind === "void" ? BINARY : undefined,
};

type Algorithm = "murmur3" | "xxhash64";

/** Engine SQL of the hash of a value on top of another; NULL leaves that as it is. */
function hashSql(algorithm: Algorithm, x: string, type: DataType, seed: string, name: string): string {
  const call = (kind: string, value: string) => `spark_${algorithm}_${kind}(${value}, ${seed})`;
  switch (type.kind) {
    case "void":
      return seed;
    case "boolean":
    case "byte":
    case "short":
    case "integer":
      return call("int", `CAST(${x} AS INTEGER)`);
    case "date":
      return call("int", `CAST(${x} - DATE '1970-01-01' AS INTEGER)`);
    case "long":
      return call("long", x);
    case "timestamp":
    case "timestamp_ntz":
      return call("long", `epoch_us(${x})`);
    case "float":
      return call("float", x);
    case "double":
      return call("double", x);
    case "decimal":
      return call(type.precision <= 18 ? "small_decimal" : "decimal", `CAST(${x} AS VARCHAR)`);
    case "string":
      return call("bytes", `encode(${x})`);
    case "binary":
      return call("bytes", x);
    case "struct":
      return type.fields.reduce(
        (so, one) => hashSql(algorithm, `struct_extract(${x}, ${engineString(one.name)})`, one.dataType, so, name),
        seed,
      );
    case "interval":
      if (type.family === "calendar")
        throw unsupportedFeature(`\`${name}\` does not take values of the type INTERVAL here.`, "Hash their text.");
      return type.family === "year-month"
        ? call("int", `CAST(${intervalUnits(x, type.family)} AS INTEGER)`)
        : call("long", intervalUnits(x, type.family));
    case "array":
      return arrayHash(algorithm, x, type.elementType, seed, name);
    case "map":
    case "variant":
      throw unhashable(name, type.kind);
  }
}

function arrayHash(algorithm: Algorithm, x: string, element: DataType, seed: string, name: string): string {
  const ints = ["boolean", "byte", "short", "integer"].includes(element.kind);
  if (ints) return `spark_${algorithm}_int_list(CAST(${x} AS INTEGER[]), ${seed})`;
  if (element.kind === "long") return `spark_${algorithm}_long_list(${x}, ${seed})`;
  if (element.kind === "string") return `spark_${algorithm}_string_list(${x}, ${seed})`;
  throw unsupportedFeature(`\`${name}\` does not take arrays of ${element.kind} here.`, "Hash to_json of the array.");
}

function hash(name: string, algorithm: Algorithm, result: DataType): FunctionEntry {
  return {
    kind: "scalar",
    names: [name],
    compile(args) {
      expectCount(args, name, 1, Number.POSITIVE_INFINITY);
      const typed = values(args, name);
      const start = algorithm === "murmur3" ? "42" : "CAST(42 AS BIGINT)";
      const sql = typed.reduce((so, one: Typed) => hashSql(algorithm, one.sql, one.dataType, so, name), start);
      return typedFrom(typed, sql, result, false);
    },
  };
}

export const hashFunctions: readonly FunctionEntry[] = [
  hash("hash", "murmur3", INTEGER),
  hash("xxhash64", "xxhash64", LONG),
  scalar("md5", { takes: [bytes], gives: STRING, sql: ([x]) => `md5(${x})` }),
  scalar("sha1 sha", { takes: [bytes], gives: STRING, sql: ([x]) => `sha1(${x})` }),
  scalar("sha2", {
    takes: [bytes, anInt],
    gives: STRING,
    nullable: true,
    sql: ([x, n], [value, bits]) =>
      bits?.literal?.value === "256" || bits?.literal?.value === "0"
        ? `sha256(${x})`
        : `spark_sha2(${value?.dataType.kind === "string" ? `encode(${x})` : x}, ${n})`,
  }),
  scalar("crc32", {
    takes: [bytes],
    gives: LONG,
    sql: ([x], [value]) => `spark_crc32(${value?.dataType.kind === "string" ? `encode(${x})` : x})`,
  }),
];

type Hashers<Seed> = {
  readonly int: (value: number, seed: Seed) => Seed;
  readonly long: (value: bigint, seed: Seed) => Seed;
  readonly bytes: (value: Uint8Array, seed: Seed) => Seed;
};

const bits = new DataView(new ArrayBuffer(8));

function floatBits(value: number): number {
  bits.setFloat32(0, Object.is(value, -0) ? 0 : value);
  return bits.getInt32(0);
}
function doubleBits(value: number): bigint {
  bits.setFloat64(0, Object.is(value, -0) ? 0 : value);
  return bits.getBigInt64(0);
}

const unscaled = (text: string): bigint => BigInt(text.replace(".", ""));

/** The shortest big-endian two's complement form, as java.math.BigInteger.toByteArray gives it. */
function bigIntegerBytes(value: bigint): Uint8Array {
  let length = 1;
  while (BigInt.asIntN(8 * length, value) !== value) length++;
  const hex = BigInt.asUintN(8 * length, value)
    .toString(16)
    .padStart(2 * length, "0");
  return Buffer.from(hex, "hex");
}

function scripts<Seed extends Value>(
  algorithm: Algorithm,
  seedType: string,
  asSeed: (value: Value) => Seed,
  { int, long, bytes: ofBytes }: Hashers<Seed>,
): readonly ScriptFunction[] {
  const script = (
    kind: string,
    type: string,
    call: (value: NonNullable<Value>, seed: Seed) => Seed,
  ): ScriptFunction => ({
    name: `spark_${algorithm}_${kind}`,
    parameters: [type, seedType],
    returns: seedType,
    nulls: true,
    call: (value, seed) => (value === null || value === undefined ? (seed ?? null) : call(value, asSeed(seed ?? null))),
  });
  const list = (kind: string, type: string, call: (value: NonNullable<Value>, seed: Seed) => Seed) =>
    script(`${kind}_list`, type, (elements, seed) =>
      (elements as readonly Value[]).reduce<Seed>((so, one) => (one === null ? so : call(one, so)), seed),
    );
  const ofInt = (value: Value, seed: Seed) => int(Number(value), seed);
  const ofLong = (value: Value, seed: Seed) => long(BigInt(value as bigint), seed);
  return [
    script("int", "INTEGER", ofInt),
    list("int", "INTEGER[]", ofInt),
    script("long", "BIGINT", ofLong),
    list("long", "BIGINT[]", ofLong),
    script("float", "FLOAT", (value, seed) => int(floatBits(Number(value)), seed)),
    script("double", "DOUBLE", (value, seed) => long(doubleBits(Number(value)), seed)),
    script("small_decimal", "VARCHAR", (value, seed) => long(unscaled(String(value)), seed)),
    script("decimal", "VARCHAR", (value, seed) => ofBytes(bigIntegerBytes(unscaled(String(value))), seed)),
    script("bytes", "BLOB", (value, seed) => ofBytes(value as Uint8Array, seed)),
    list("string", "VARCHAR[]", (value, seed) => ofBytes(Buffer.from(String(value)), seed)),
  ];
}

const SHA2: Readonly<Record<number, string>> = {
  0: "sha256",
  224: "sha224",
  256: "sha256",
  384: "sha384",
  512: "sha512",
};

export const hashLibrary: EngineLibrary = {
  macros: {},
  functions: [
    ...scripts<number>("murmur3", "INTEGER", Number, { int: murmurInt, long: murmurLong, bytes: murmurText }),
    ...scripts<bigint>("xxhash64", "BIGINT", (value) => BigInt.asUintN(64, BigInt(value as bigint)), {
      int: xxhashInt,
      long: xxhashLong,
      bytes: xxhashBytes,
    }),
    { name: "spark_crc32", parameters: ["BLOB"], returns: "BIGINT", call: (data) => BigInt(crc32(data as Uint8Array)) },
    {
      name: "spark_sha2",
      parameters: ["BLOB", "INTEGER"],
      returns: "VARCHAR",
      call(data, length) {
        const algorithm = SHA2[Number(length)];
        return algorithm === undefined
          ? null
          : createHash(algorithm)
              .update(data as Uint8Array)
              .digest("hex");
      },
    },
  ],
};
