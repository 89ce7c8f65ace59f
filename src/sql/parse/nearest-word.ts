/** The known word that a mistyped one most likely means. */

/** The nearest of the words, letter case aside, or undefined where none is near. @example nearestWord("slect", ["SELECT"]) // "SELECT" */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toUpperCase();
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toUpperCase());
    if (best === undefined || distance < best.distance) best = { word: candidate, distance };
  }
  const near = Math.max(1, Math.floor(wanted.length / 3));
  return best !== undefined && best.distance <= near ? best.word : undefined;
}

/** Letters that changed places count once. */
function editDistance(left: string, right: string): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const swap = isSwap ? (before[j - 2] ?? 0) + 1 : substitution;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution, swap));
    }
    before = row;
    row = next;
  }
  return row[right.length] ?? 0;
}
