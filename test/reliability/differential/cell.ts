/** The kinds of values that the differential suites write, as JavaScript and as Spark SQL, and how Spark compares them. */

/** long and timestamp (microseconds), decimal (hundredths): bigint; integer, double and date (days): number. */
export type Cell = null | bigint | number | string;

export interface Kind {
  /** Spark DDL. */
  readonly ddl: string;
  /** Values that rows are made of: the ordinary, and those at the edges of types, texts and statistics. */
  readonly values: readonly Cell[];
  /** A literal of exactly this type. */
  literal(cell: Cell): string;
  /** As every reader of the table shows it, see {@link shownValue}. */
  shown(cell: Cell): string;
  /** Of two values that are not NULL, by Spark's order. */
  compare(left: Cell, right: Cell): number;
}

const NULL_TEXT = "NULL";
const LONG_PREFIX = "x".repeat(32);

function ordered<T extends bigint | number | string>(left: Cell, right: Cell): number {
  return (left as T) < (right as T) ? -1 : (left as T) > (right as T) ? 1 : 0;
}

function kind(
  ddl: string,
  values: readonly Cell[],
  text: (cell: Exclude<Cell, null>) => string,
  literal: (text: string, cell: Exclude<Cell, null>) => string,
  compare: Kind["compare"] = ordered,
): Kind {
  return {
    ddl,
    values,
    compare,
    shown: (cell) => (cell === null ? NULL_TEXT : text(cell)),
    literal: (cell) => (cell === null ? `CAST(NULL AS ${ddl})` : literal(text(cell), cell)),
  };
}

/** NaN equals itself and is greater than all; the zeros are equal. */
function compareDoubles(left: Cell, right: Cell): number {
  const [leftIsNaN, rightIsNaN] = [Number.isNaN(left), Number.isNaN(right)];
  return leftIsNaN || rightIsNaN ? Number(leftIsNaN) - Number(rightIsNaN) : ordered<number>(left, right);
}

function compareBytes(left: Cell, right: Cell): number {
  return Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right)));
}

function timestampText(micros: bigint): string {
  const millis = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n);
  const rest = String(micros - millis * 1000n).padStart(3, "0");
  return `${new Date(Number(millis)).toISOString().slice(0, -1)}${rest}Z`;
}

function microsOf(text: string): bigint {
  const [seconds = "", fraction = ""] = text.split(".");
  return BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, "0"));
}

function decimalText(hundredths: bigint): string {
  const digits = String(hundredths < 0n ? -hundredths : hundredths).padStart(3, "0");
  return `${hundredths < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
const dayText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
const dayOf = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

export const KINDS = {
  long: kind("BIGINT", [null, 0n, 1n, 2n, 3n, 4n, 5n, 9_007_199_254_740_993n], String, (text) => `${text}L`),
  integer: kind("INT", [null, -2, 0, 1, 2, 3, 2_147_483_647], String, (text) => `CAST(${text} AS INT)`),
  string: kind(
    "STRING",
    [null, "", "a", "b", "ab", "it's", "É", "😀", `${LONG_PREFIX}a`, `${LONG_PREFIX}b`, `${LONG_PREFIX}😀`],
    String,
    quoted,
    compareBytes,
  ),
  decimal: kind(
    "DECIMAL(12,2)",
    [null, 0n, 150n, -150n, 999_999_999_999n],
    (cell) => decimalText(cell as bigint),
    (text) => `CAST('${text}' AS DECIMAL(12,2))`,
  ),
  double: kind(
    "DOUBLE",
    [null, 0, -0, 1.5, -1e300, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    (cell) => String(cell),
    (_text, cell) => `CAST('${Object.is(cell, -0) ? "-0.0" : cell}' AS DOUBLE)`,
    compareDoubles,
  ),
  timestamp: kind(
    "TIMESTAMP",
    [
      null,
      ...["1850-01-01T00:00:00", "1969-12-31T23:59:59.999999", "2024-01-15T10:00:00.123456"].map(microsOf),
      ...["2024-01-15T10:00:00.123999", "2024-06-01T00:00:00", "9999-12-31T23:59:59.999999"].map(microsOf),
    ],
    (cell) => timestampText(cell as bigint),
    (text) => `TIMESTAMP '${text.slice(0, -1).replace("T", " ")}'`,
  ),
  date: kind(
    "DATE",
    [null, ...["1582-10-15", "2024-01-15", "2024-02-29", "9999-12-31"].map(dayOf)],
    (cell) => dayText(cell as number),
    (text) => `DATE '${text}'`,
  ),
  /** As a partition column's: no empty text, which Spark stores as NULL there. */
  partition: kind("STRING", [null, "a", "a b", "A", "x=1/2%", "É:?#"], String, quoted, compareBytes),
} as const satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof KINDS;

/** A value as lakelet's rows and the peers' JSON have it, as one text: `-0.0` and `0.0` are not told apart. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined) return NULL_TEXT;
  return typeof value === "number" ? String(value === 0 ? 0 : value) : String(value);
}
