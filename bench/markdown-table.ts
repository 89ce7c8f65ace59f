/** Tables as Markdown, ready for RESULTS.md. */
export function markdownTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

export function verdict(met: boolean): string {
  return met ? "met" : "**missed**";
}

/** Milliseconds, mostly. */
export function whole(figure: number): string {
  return figure.toFixed(0);
}
