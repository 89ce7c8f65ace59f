/** Values of rows as JSON, by the rules of `lakelet sql --format json`. */
import type { Value } from "../engine/engine.js";

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * Bigints beyond 2^53, NaN and infinities become text, binary base64, a map an array of pairs; decimals, dates and timestamps are text
 * already.
 */
export function jsonValue(value: Value | undefined): JsonValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) {
    return [...value].map(([key, one]: readonly [Value, Value]) => [jsonValue(key), jsonValue(one)]);
  }
  if (Array.isArray(value)) return value.map((one: Value) => jsonValue(one));
  return Object.fromEntries(
    Object.entries(value as { readonly [field: string]: Value }).map(([key, one]) => [key, jsonValue(one)]),
  );
}

/** JSON of whatever user code gives, the values of rows in it in their JSON form; undefined where it has none. */
export function jsonText(value: unknown, indent?: number): string | undefined {
  const plain = (_: string, inner: unknown) =>
    typeof inner === "bigint" || typeof inner === "number" || inner instanceof Map || inner instanceof Uint8Array
      ? jsonValue(inner)
      : inner;
  return JSON.stringify(value, plain, indent);
}
