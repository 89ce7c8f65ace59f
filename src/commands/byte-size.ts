/** Sizes as properties and settings have them. */

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/**
 * Bytes of a text that is a number of them, or has a unit; undefined where it is neither.
 * @example byteSize("128mb") // 134217728
 */
export function byteSize(text: string | undefined): number | undefined {
  const match = /^\s*(\d+)\s*([kmg]?)b?\s*$/i.exec(text ?? "");
  return match === null ? undefined : Number(match[1]) * (UNITS[(match[2] ?? "").toLowerCase()] ?? 1);
}
