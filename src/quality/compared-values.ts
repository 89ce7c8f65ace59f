/** Values of two queries that shall be the same: whole and decimal numbers exactly, whatever their digits. */
import type { DataType } from "../schema/data-type.js";

export interface Tolerance {
  readonly tolerance: number;
  /** Of the second value. */
  readonly tolerancePercentage: number;
}

/** As the engine gives it: decimals as text. */
export interface ComparedValue {
  readonly value: unknown;
  readonly dataType: DataType | undefined;
}

/** Numbers by their difference, anything else by its text; NULL and NaN are equal to themselves. */
export function differs(
  left: ComparedValue,
  right: ComparedValue,
  { tolerance, tolerancePercentage }: Tolerance,
): boolean {
  if (left.value === null || right.value === null) return left.value !== right.value;
  const areTexts = left.dataType?.kind === "string" && right.dataType?.kind === "string";
  const difference = areTexts ? undefined : differenceOf(left.value, right.value);
  if (difference === undefined) return String(left.value) !== String(right.value);
  if (difference === 0) return false;
  const allowed = Math.max(tolerance, (Math.abs(numberOf(right.value) ?? 0) * tolerancePercentage) / 100);
  return !(difference <= allowed);
}

/** Not negative; undefined of what are no numbers. 0 only where they are the same. */
export function differenceOf(left: unknown, right: unknown): number | undefined {
  const [a, b] = [exactNumber(left), exactNumber(right)];
  if (a && b) {
    const scale = Math.max(a.scale, b.scale);
    const apart = Number(scaled(a, scale) - scaled(b, scale));
    return Math.abs(apart) / 10 ** scale;
  }
  const [x, y] = [numberOf(left), numberOf(right)];
  if (x === undefined || y === undefined) return undefined;
  return Object.is(x, y) || x === y ? 0 : Math.abs(x - y);
}

export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "string" && DECIMAL.test(value) ? Number(value) : undefined;
}

const DECIMAL = /^[-+]?\d+(?:\.(\d+))?$/;

interface ExactNumber {
  readonly unscaled: bigint;
  readonly scale: number;
}

function exactNumber(value: unknown): ExactNumber | undefined {
  if (typeof value === "bigint") return { unscaled: value, scale: 0 };
  if (typeof value === "number") return Number.isSafeInteger(value) ? { unscaled: BigInt(value), scale: 0 } : undefined;
  if (typeof value !== "string") return undefined;
  const found = DECIMAL.exec(value);
  return found ? { unscaled: BigInt(value.replace(/[.+]/g, "")), scale: found[1]?.length ?? 0 } : undefined;
}

function scaled({ unscaled, scale }: ExactNumber, to: number): bigint {
  return unscaled * 10n ** BigInt(to - scale);
}
