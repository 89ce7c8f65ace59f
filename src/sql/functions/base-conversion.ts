/** conv: numbers from one base to another, as unsigned 64 bits. */
import { LakeletError } from "../../errors/lakelet-error.js";

const LARGEST = 2n ** 64n - 1n;

/** Null for a base outside 2 to 36; digits stop at the first that the base lacks. A negative target base means a signed result. */
export function convertBase(text: string, from: number, to: number): string | null {
  if (from < 2 || from > 36 || Math.abs(to) < 2 || Math.abs(to) > 36) return null;
  const value = text.trim();
  if (value === "") return null;
  const negative = value.startsWith("-");
  let number = 0n;
  for (const char of negative ? value.slice(1) : value) {
    const digit = Number.parseInt(char, 36);
    if (Number.isNaN(digit) || digit >= from) break;
    number = number * BigInt(from) + BigInt(digit);
    if (number > LARGEST) throw overflow(text);
  }
  const unsigned = negative && to > 0 ? BigInt.asUintN(64, -number) : number;
  const signed = to < 0 ? BigInt.asIntN(64, negative ? -number : number) : unsigned;
  return signed.toString(Math.abs(to)).toUpperCase();
}

function overflow(text: string): LakeletError {
  return new LakeletError({
    condition: "ARITHMETIC_OVERFLOW",
    sqlState: "22003",
    problem: `Overflow in function conv() of '${text}'.`,
    cure: "Convert a smaller number.",
  });
}
