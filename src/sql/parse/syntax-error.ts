/** The parser's errors: PARSE_SYNTAX_ERROR and its kin, with line, column and the piece of text. */
import { LakeletError } from "../../errors/lakelet-error.js";

/** Line and column (from 1) of an offset. */
export function positionOf(source: string, offset: number): { readonly line: number; readonly column: number } {
  const before = source.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

/**
 * PARSE_SYNTAX_ERROR at an offset of the text.
 * @param reason what was expected or is wrong, a sentence
 */
export function syntaxError(source: string, offset: number, reason: string, cure?: string): LakeletError {
  const { line, column } = positionOf(source, offset);
  const near = pieceAt(source, offset);
  return new LakeletError({
    condition: "PARSE_SYNTAX_ERROR",
    sqlState: "42601",
    problem: `Syntax error at ${near === "" ? "the end of the text" : `'${near}'`} (line ${line}, column ${column}).`,
    reason,
    ...(cure === undefined ? {} : { cure }),
    parameters: { error: near, line: String(line), column: String(column) },
  });
}

/** UNSUPPORTED_FEATURE.<feature>: right Spark SQL that lakelet does not run. */
export function unsupportedFeature(feature: string, what: string, cure?: string): LakeletError {
  return new LakeletError({
    condition: `UNSUPPORTED_FEATURE.${feature}`,
    sqlState: "0A000",
    problem: `${what} is not supported by lakelet.`,
    ...(cure === undefined ? {} : { cure }),
  });
}

export function invalidLiteral(kind: string, text: string, cure: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_TYPED_LITERAL",
    sqlState: "42604",
    problem: `The value of the typed literal ${kind} '${text}' is invalid.`,
    cure,
    parameters: { valueType: kind, value: text },
  });
}

function pieceAt(source: string, offset: number): string {
  const rest = source.slice(offset).trimStart();
  return /^(?:[\p{L}\p{N}_.]+|`[^`]*`|'[^'\n]*'|[^\s])/u.exec(rest)?.[0].slice(0, 40) ?? "";
}
