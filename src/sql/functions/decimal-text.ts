/** Decimal texts (`-12.50`, `1.5E10`) rounded exactly, digit by digit. */

export type RoundingMode = "half-up" | "half-even" | "ceiling" | "floor";

/** Exponents beyond this are not worked out digit by digit. */
const LARGEST_SHIFT = 2000;

interface Digits {
  readonly negative: boolean;
  /** All digits as a whole number. */
  readonly value: bigint;
  /** How many of them stand behind the point; may be negative. */
  readonly scale: number;
}

function digitsOf(text: string): Digits {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match ?? [];
  return {
    negative: sign === "-",
    value: BigInt(`${whole}${fraction}` || "0"),
    scale: fraction.length - Number(exponent),
  };
}

/** The number with `scale` digits behind the point (before it where negative: 1250 at -2 is 1300). */
export function roundDigits(text: string, scale: number, mode: RoundingMode): string {
  const { negative, value, scale: has } = digitsOf(text);
  if (has > scale + LARGEST_SHIFT) return roundDigits(negative ? "-0" : "0", scale, mode);
  if (has < scale - LARGEST_SHIFT) return negative ? "-1E999" : "1E999"; // too large for any type that it could be for
  const rounded =
    has <= scale ? value * 10n ** BigInt(scale - has) : dropped(value, 10n ** BigInt(has - scale), negative, mode);
  const shown = scale < 0 ? rounded * 10n ** BigInt(-scale) : rounded;
  const places = Math.max(scale, 0);
  const digits = String(shown).padStart(places + 1, "0");
  const body = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return negative ? `-${body}` : body;
}

function dropped(value: bigint, unit: bigint, negative: boolean, mode: RoundingMode): bigint {
  const [quotient, rest] = [value / unit, value % unit];
  const up = quotient + 1n;
  switch (mode) {
    case "ceiling":
      return rest > 0n && !negative ? up : quotient;
    case "floor":
      return rest > 0n && negative ? up : quotient;
    case "half-up":
      return 2n * rest >= unit ? up : quotient;
    case "half-even":
      if (2n * rest === unit) return quotient % 2n === 0n ? quotient : up;
      return 2n * rest > unit ? up : quotient;
  }
}

/** A double's exact decimal value, which tells ties from near ties; beyond 2^53 Java shows the shortest digits instead. */
export function exactText(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 53 || Number.isInteger(value)) return String(value);
  return value.toFixed(100).replace(/0+$/, "");
}
