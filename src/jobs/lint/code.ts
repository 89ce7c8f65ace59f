/** The code that a task runs, as the linter looks at it: pieces of one language, comments made blank. */
import type { SourceLocation } from "../../errors/lakelet-error.js";
import type { PlacedTask } from "./rule.js";

export type CodeLanguage = "typescript" | "sql" | "python" | "text";

export interface CodePiece {
  readonly language: CodeLanguage;
  readonly source: string;
  /** Comments blank, as long as the source. */
  readonly code: string;
  /** Of the file, that `source` begins on. */
  readonly line: number;
}

export interface TaskCode {
  readonly placed: PlacedTask;
  /** As messages call it. */
  readonly file: string;
  readonly pieces: readonly CodePiece[];
}

export function codePiece(language: CodeLanguage, source: string, line: number): CodePiece {
  return { language, source, code: withoutComments(source, language), line };
}

export function placeIn({ file }: TaskCode, piece: CodePiece, offset: number): SourceLocation {
  const before = piece.source.slice(0, offset).split("\n");
  return { file, line: piece.line + before.length - 1, column: (before.at(-1)?.length ?? 0) + 1 };
}

const COMMENTS: Readonly<Record<CodeLanguage, RegExp>> = {
  typescript: /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g,
  sql: /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g,
  python: /"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g,
  text: /(?!)/g,
};

function withoutComments(source: string, language: CodeLanguage): string {
  return source.replace(COMMENTS[language], (found) =>
    /^(?:\/\/|\/\*|--|#)/.test(found) ? found.replace(/[^\n]/g, " ") : found,
  );
}

export interface Call {
  readonly at: number;
  /** Between the brackets. */
  readonly argument: string;
  /** After the closing bracket. */
  readonly end: number;
}

/** By the name's own pattern: a job of a thousand tasks asks for the same few again and again. */
const calls = new Map<RegExp, RegExp>();

/** Calls whose name the pattern matches up to the opening bracket. */
export function callsOf(piece: CodePiece, name: RegExp): readonly Call[] {
  const pattern = calls.get(name) ?? new RegExp(`${name.source}\\s*\\(`, "g");
  calls.set(name, pattern);
  return [...piece.code.matchAll(pattern)].map((match) => {
    const start = match.index + match[0].length;
    const end = closing(piece.code, start);
    return { at: match.index, argument: piece.code.slice(start, end), end: end + 1 };
  });
}

function closing(code: string, start: number): number {
  let depth = 1;
  let quote = "";
  for (let i = start; i < code.length; i++) {
    const character = code[i] ?? "";
    if (quote !== "") {
      if (character === "\\") i += 1;
      else if (character === quote) quote = "";
    } else if (/["'`]/.test(character)) quote = character;
    else if (/[([{]/.test(character)) depth += 1;
    else if (/[)\]}]/.test(character)) {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return code.length;
}

/** A literal argument by its name (`key: "x"`, `key="x"`) or its position; undefined where it is none. */
export function literalArgument({ argument }: Call, name: string, position: number): string | undefined {
  const named = new RegExp(`(?:^|[\\s{,(])["']?${name}["']?\\s*[:=]\\s*(["'\`])(.*?)\\1`).exec(argument);
  if (named) return named[2];
  const ordered = argument.split(",")[position]?.trim() ?? "";
  return /^(["'`])([^"'`$]*)\1$/.exec(ordered)?.[2];
}
