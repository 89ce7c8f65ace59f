/** Where the statements of a text begin and end, as ranges of tokens. */
import type { Token, TokenList } from "./tokens.js";

/** What END closes beside BEGIN and CASE; their openings are not counted, as they read like other words. */
const SCRIPT_ENDS = ["IF", "WHILE", "LOOP", "FOR", "REPEAT"];

/** Ranges `[from, to)` of tokens between semicolons; those inside a BEGIN ... END block do not count. */
export function statementRanges({ tokens }: TokenList): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  let from = 0;
  let depth = 0;
  tokens.forEach((token, index) => {
    if (isScript(tokens, from)) depth += depthChange(tokens, index);
    if (token.upper !== ";" || depth > 0) return;
    if (index > from) ranges.push([from, index]);
    from = index + 1;
    depth = 0;
  });
  if (tokens.length > from) ranges.push([from, tokens.length]);
  return ranges;
}

/** `BEGIN` of a compound statement, not of a transaction. */
function isScript(tokens: readonly Token[], from: number): boolean {
  const next = tokens[from + 1]?.upper;
  return tokens[from]?.upper === "BEGIN" && next !== ";" && next !== "TRANSACTION" && next !== undefined;
}

function depthChange(tokens: readonly Token[], index: number): number {
  const { upper } = tokens[index] ?? { upper: "" };
  if (upper === "END") return SCRIPT_ENDS.includes(tokens[index + 1]?.upper ?? "") ? 0 : -1;
  const closing = tokens[index - 1]?.upper === "END";
  return (upper === "BEGIN" || upper === "CASE") && !closing ? 1 : 0;
}
