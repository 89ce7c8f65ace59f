/** Literals as they stand in the tokens: strings, numbers, typed literals, booleans, NULL, parameters. */
import {
  BINARY,
  BOOLEAN,
  DATE,
  type DataType,
  STRING,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  VOID,
} from "../../schema/data-type.js";
import type { Expression, LiteralExpression } from "../ast.js";
import { intervalAt } from "./interval-literal.js";
import { numberLiteral } from "./number-literal.js";
import { invalidLiteral } from "./syntax-error.js";
import type { TokenCursor } from "./token-cursor.js";

const WORDS: Readonly<Record<string, LiteralExpression>> = {
  TRUE: { kind: "literal", dataType: BOOLEAN, value: "true" },
  FALSE: { kind: "literal", dataType: BOOLEAN, value: "false" },
  NULL: { kind: "literal", dataType: VOID, value: null },
};
const TYPED: Readonly<Record<string, DataType>> = {
  DATE,
  TIMESTAMP,
  TIMESTAMP_LTZ: TIMESTAMP,
  TIMESTAMP_NTZ,
  X: BINARY,
};
const DATE_TEXT = /^\s*[+-]?\d{4,7}(-\d{1,2}(-\d{1,2}([T ].*)?)?)?\s*$/s;
const TIMESTAMP_TEXT =
  /^\s*([+-]?\d{4,7}(-\d{1,2}(-\d{1,2}([T ]|$))?)?)?T?(\d{1,2}:\d{1,2}(:\d{1,2}(\.\d*)?)?)?\s*(\S.*)?$/s;

/** Reads the literal or parameter at the cursor and steps over it; undefined where none stands there. */
export function literalAt(cursor: TokenCursor): Expression | undefined {
  const start = cursor.at;
  const literal = readLiteral(cursor);
  if (literal === undefined) return undefined;
  const end = cursor.list.tokens[cursor.at - 1]?.end ?? 0;
  return { ...literal, span: { start: cursor.list.tokens[start]?.start ?? 0, end } };
}

function readLiteral(cursor: TokenCursor): Expression | undefined {
  const token = cursor.peek();
  const after = cursor.peek(1);
  if (token.kind === "string") return { kind: "literal", dataType: STRING, value: cursor.string() };
  if (token.kind === "number") return numberLiteral(cursor.next().value);
  if (token.upper === "-" && after.kind === "number") {
    cursor.at += 2;
    return numberLiteral(`-${after.value}`);
  }
  if (token.upper === ":" && (after.kind === "word" || after.kind === "quoted") && token.end === after.start) {
    cursor.at += 2;
    return { kind: "parameter", name: after.value };
  }
  return token.kind === "word" ? wordLiteral(cursor) : undefined;
}

function wordLiteral(cursor: TokenCursor): Expression | undefined {
  const { upper } = cursor.peek();
  const after = cursor.peek(1);
  const plain = WORDS[upper];
  if (plain !== undefined && after.upper !== "." && after.upper !== "(") {
    cursor.at++;
    return plain;
  }
  if (upper === "INTERVAL") return intervalAt(cursor);
  const dataType = TYPED[upper];
  if (dataType === undefined || after.kind !== "string") return undefined;
  cursor.at++;
  return typedLiteral(upper, dataType, cursor.string());
}

function typedLiteral(kind: string, dataType: DataType, text: string): LiteralExpression {
  if (kind === "X") {
    if (!/^[0-9A-Fa-f]*$/.test(text)) throw invalidLiteral("X", text, "Give hexadecimal digits, e.g. X'1FA0'.");
    return { kind: "literal", dataType, value: (text.length % 2 === 0 ? text : `0${text}`).toUpperCase() };
  }
  const right = kind === "DATE" ? DATE_TEXT.test(text) : TIMESTAMP_TEXT.test(text) && /\d/.test(text);
  if (!right) {
    const example = kind === "DATE" ? "DATE'2024-01-31'" : `${kind}'2024-01-31 10:00:00'`;
    throw invalidLiteral(kind, text, `Write it as ${example}.`);
  }
  return { kind: "literal", dataType, value: text };
}
