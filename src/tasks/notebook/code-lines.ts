/** Which lines of a TypeScript file begin within a text of several lines, a template or a block comment: no mark stands there. */

/** Before these a slash begins a pattern, after anything else it divides. */
const BEFORE_PATTERN =
  /(?:^|[(,=:[!&|?{};+\-*%<>~^\n]|\b(?:return|typeof|case|in|of|do|else|void|delete|await|yield|throw|new))$/;
const PATTERN = /\/(?:[^/\\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+\//y;
const QUOTED = /(["'])(?:(?!\1)[^\\\n]|\\[\s\S])*\1?/y;
const BLANK = /(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/|[ \t\r]+)/y;
const TEMPLATE_TEXT = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y;
const WORD = /[\p{ID_Continue}$.]+/uy;

/** Numbers from 1; none where the file ends within a text, for then it was not understood. */
export function linesWithinText(source: string): ReadonlySet<number> {
  const spans: (readonly [from: number, to: number])[] = [];
  /** Open braces in each template's `${`, the innermost last. */
  const templates: number[] = [];
  let before = "";
  let at = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0] ?? "";
    at += found.length;
    return found;
  };
  const takeTemplate = (): void => {
    const from = at;
    take(TEMPLATE_TEXT);
    spans.push([from, at]);
    if (source.startsWith("${", at)) templates.push(0);
    at += source.startsWith("${", at) ? 2 : 1;
  };
  while (at < source.length) {
    const from = at;
    const blank = take(BLANK);
    if (blank !== "") {
      if (blank.startsWith("/*")) spans.push([from, at]);
      continue;
    }
    const letter = source[at] ?? "";
    const piece =
      take(WORD) || (letter === "/" && BEFORE_PATTERN.test(before) && take(PATTERN)) || take(QUOTED) || letter;
    if (piece === letter && at === from) at += 1;
    before = piece.slice(-12);
    const depth = templates.at(-1);
    if (piece === "`") takeTemplate();
    else if (piece === "{" && depth !== undefined) templates[templates.length - 1] = depth + 1;
    else if (piece === "}" && depth === 0) {
      templates.pop();
      takeTemplate();
    } else if (piece === "}" && depth !== undefined) templates[templates.length - 1] = depth - 1;
  }
  return templates.length > 0 || at > source.length ? new Set() : linesIn(source, spans);
}

/** The lines that begin within a span. */
function linesIn(source: string, spans: readonly (readonly [from: number, to: number])[]): ReadonlySet<number> {
  const found = new Set<number>();
  let line = 1;
  let counted = 0;
  for (const [from, to] of spans) {
    line += source.slice(counted, from).split("\n").length - 1;
    counted = from;
    const inside = source.slice(from, to).split("\n").length - 1;
    for (let i = 1; i <= inside; i++) found.add(line + i);
  }
  return found;
}
