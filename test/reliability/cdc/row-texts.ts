/** Rows of a table and of the model as texts that are the same where the rows are. */
import type { ModelRow } from "../../pipeline/cdc/reference-model.js";

/** `keys`: names of the key's columns. */
export function expectedText(
  { key, values, start, end }: ModelRow,
  storedAs: 1 | 2,
  keys: readonly string[] = ["k1", "k2"],
): string {
  const bound = (sequence: readonly number[] | undefined) =>
    sequence === undefined
      ? null
      : sequence.length === 1
        ? (sequence[0] ?? null)
        : { day: sequence[0] ?? null, seq: sequence[1] ?? null };
  const bounds = storedAs === 1 ? {} : { __START_AT: bound(start), __END_AT: bound(end) };
  return canonical({ ...Object.fromEntries(keys.map((name, i) => [name, key[i]])), ...values, ...bounds });
}

export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === "bigint") return Number(one);
    if (typeof one !== "object" || one === null || Array.isArray(one)) return one;
    return Object.fromEntries(Object.entries(one).sort(([left], [right]) => (left < right ? -1 : 1)));
  });
}
