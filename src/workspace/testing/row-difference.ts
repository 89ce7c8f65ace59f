/** How two sets of rows differ: rows that are missing, rows that nobody expected, and rows of which some cells differ. */

/** Cells as text; null for NULL. */
export type Cells = readonly (string | null)[];

export type RowDifference =
  | { readonly kind: "missing"; readonly expected: Cells }
  | { readonly kind: "unexpected"; readonly actual: Cells }
  | { readonly kind: "changed"; readonly expected: Cells; readonly actual: Cells; readonly columns: readonly number[] };

export interface ComparedRows {
  readonly same: number;
  readonly differences: readonly RowDifference[];
}

/** Floating-point numbers that differ in the last digits alone are the same. */
const RELATIVE_TOLERANCE = 1e-9;
/** Above this many pairs rows are not paired by likeness: the time grows by the square. */
const MOST_PAIRS = 250_000;

export function compareRows(
  expected: readonly Cells[],
  actual: readonly Cells[],
  options: { readonly ordered: boolean; readonly floating: readonly boolean[] },
): ComparedRows {
  const { ordered, floating } = options;
  return ordered ? inPlace(expected, actual, floating) : anywhere(expected, actual, floating);
}

function inPlace(expected: readonly Cells[], actual: readonly Cells[], floating: readonly boolean[]): ComparedRows {
  const differences = Array.from({ length: Math.max(expected.length, actual.length) }, (_, i) =>
    difference(expected[i], actual[i], floating),
  ).filter((one) => one !== undefined);
  return { same: Math.min(expected.length, actual.length) - differences.filter(isChanged).length, differences };
}

function anywhere(expected: readonly Cells[], actual: readonly Cells[], floating: readonly boolean[]): ComparedRows {
  const there = new Map<string, Cells[]>();
  for (const row of actual) {
    const key = JSON.stringify(row);
    const known = there.get(key);
    if (known) known.push(row);
    else there.set(key, [row]);
  }
  const missing: Cells[] = [];
  for (const row of expected) if (there.get(JSON.stringify(row))?.pop() === undefined) missing.push(row);
  return paired(missing, [...there.values()].flat(), expected.length - missing.length, floating);
}

interface Pair {
  readonly i: number;
  readonly j: number;
  readonly columns: readonly number[];
}

/** The rows that are most alike first; rows of which more than half differs are two different rows. */
function paired(
  missing: readonly Cells[],
  extra: readonly Cells[],
  same: number,
  floating: readonly boolean[],
): ComparedRows {
  const width = missing[0]?.length ?? extra[0]?.length ?? 0;
  const pairs: Pair[] = [];
  if (missing.length * extra.length <= MOST_PAIRS) {
    for (const [i, row] of missing.entries())
      for (const [j, other] of extra.entries()) {
        const columns = differing(row, other, floating);
        if (columns.length * 2 <= width && columns.length < Math.max(width, 2)) pairs.push({ i, j, columns });
      }
  }
  pairs.sort((a, b) => a.columns.length - b.columns.length || first(b) - first(a) || a.i - b.i || a.j - b.j);
  const [usedI, usedJ] = [new Map<number, Pair>(), new Set<number>()];
  for (const pair of pairs) {
    if (usedI.has(pair.i) || usedJ.has(pair.j)) continue;
    usedI.set(pair.i, pair);
    usedJ.add(pair.j);
  }
  const differences: RowDifference[] = missing.flatMap((row, i): RowDifference[] => {
    const pair = usedI.get(i);
    if (pair === undefined) return [{ kind: "missing", expected: row }];
    if (pair.columns.length === 0) return [];
    return [{ kind: "changed", expected: row, actual: extra[pair.j] ?? [], columns: pair.columns }];
  });
  const close = [...usedI.values()].filter((one) => one.columns.length === 0).length;
  const unexpected = extra.flatMap((row, j): RowDifference[] =>
    usedJ.has(j) ? [] : [{ kind: "unexpected", actual: row }],
  );
  return { same: same + close, differences: [...differences, ...unexpected] };
}

/** Keys stand at the front of a row: of pairs that are alike, those whose first difference is further behind. */
function first({ columns }: Pair): number {
  return columns[0] ?? Number.POSITIVE_INFINITY;
}

function difference(
  expected: Cells | undefined,
  actual: Cells | undefined,
  floating: readonly boolean[],
): RowDifference | undefined {
  if (expected === undefined) return actual && { kind: "unexpected", actual };
  if (actual === undefined) return { kind: "missing", expected };
  const columns = differing(expected, actual, floating);
  return columns.length === 0 ? undefined : { kind: "changed", expected, actual, columns };
}

function isChanged({ kind }: RowDifference): boolean {
  return kind === "changed";
}

function differing(a: Cells, b: Cells, floating: readonly boolean[]): readonly number[] {
  return a.flatMap((cell, i) => (isSame(cell, b[i] ?? null, floating[i] === true) ? [] : [i]));
}

function isSame(a: string | null, b: string | null, floating: boolean): boolean {
  if (a === b) return true;
  if (a === null || b === null || !floating) return false;
  const [x, y] = [Number(a), Number(b)];
  return Math.abs(x - y) <= RELATIVE_TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}
