/** Encodings: base64, hex, character sets, soundex. */
import type { ScriptFunction } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { BINARY, STRING } from "../../schema/data-type.js";
import type { FunctionEntry, Typed } from "../typed.js";
import {
  aBinary,
  accept,
  aLong,
  aString,
  constant,
  type Expected,
  expectCount,
  scalar,
  typedFrom,
  values,
} from "./argument.js";
import { decodeCase } from "./conditions.js";
import { macro, macros } from "./macro.js";

/** Bytes as they are, texts as their UTF-8. */
const bytes: Expected = {
  text: 'the "BINARY" type',
  target: (type) => (type.kind === "string" || type.kind === "void" ? BINARY : aBinary.target(type)),
};

const hexable: Expected = {
  text: 'the ("BIGINT" or "BINARY" or "STRING") type',
  target: (type) =>
    type.kind === "string" || type.kind === "binary" ? type : (aLong.target(type) ?? aString.target(type)),
};

const isUtf8 = (value: Typed | undefined): boolean => /^utf-?8$/i.test(value?.literal?.value ?? "");

function toBinary(name: string, onFailure: "raise" | "null"): FunctionEntry {
  return {
    kind: "scalar",
    names: [name],
    compile(args, context) {
      expectCount(args, name, 1, 2);
      const [value, format] = args.map((one, i) => accept(one, aString, name, i, context));
      if (!value) return format as Typed;
      const written = format ? constant(format, name, "fmt") : "hex";
      if (written === null) return typedFrom([value], "CAST(NULL AS BLOB)", BINARY, true);
      const kind = written.toLowerCase();
      const sql = toBinarySql(value.sql, kind, onFailure);
      return typedFrom([value], sql, BINARY, value.nullable || onFailure === "null");
    },
  };
}

function toBinarySql(x: string, kind: string, onFailure: "raise" | "null"): string {
  if (/^utf-?8$/.test(kind)) return `encode(${x})`;
  return `spark_to_binary(${x}, '${kind.replaceAll("'", "''")}', ${onFailure === "raise"})`;
}

export const encodingFunctions: readonly FunctionEntry[] = [
  scalar("base64", { takes: [bytes], gives: STRING, sql: ([x]) => `base64(${x})` }),
  scalar("unbase64", { takes: [aString], gives: BINARY, sql: ([x]) => `spark_unbase64(${x})` }),
  scalar("hex", { takes: [hexable], gives: STRING, sql: ([x]) => `hex(${x})` }),
  scalar("unhex", { takes: [aString], gives: BINARY, nullable: true, sql: ([x]) => `spark_unhex(${x})` }),
  scalar("encode", {
    takes: [aString, aString],
    gives: BINARY,
    sql: ([x, set], [, charset]) => (isUtf8(charset) ? `encode(${x})` : `spark_encode(${x}, ${set})`),
  }),
  {
    kind: "scalar",
    names: ["decode"],
    compile(args, context, name) {
      expectCount(args, name, 2, Number.POSITIVE_INFINITY);
      const typed = values(args, name);
      if (typed.length > 2) return decodeCase(typed, context, name);
      const [value, charset] = [
        accept(typed[0] as Typed, bytes, name, 0, context),
        accept(typed[1] as Typed, aString, name, 1, context),
      ];
      return typedFrom([value, charset], `spark_decode(${value.sql}, ${charset.sql})`, STRING);
    },
  },
  toBinary("to_binary", "raise"),
  toBinary("try_to_binary", "null"),
  scalar("soundex", { takes: [aString], gives: STRING, sql: ([x]) => `spark_soundex(${x})` }),
];

export const encodingMacros: Readonly<Record<string, string>> = macros(
  macro(
    "spark_unhex",
    ["x"],
    "CASE WHEN regexp_full_match(x, '[0-9a-fA-F]*') THEN unhex(CASE WHEN length(x) % 2 = 1 THEN '0' || x ELSE x END) END",
  ),
);

const CHARSETS: Readonly<Record<string, BufferEncoding | "utf16be" | "utf16">> = {
  "UTF-8": "utf8",
  UTF8: "utf8",
  "US-ASCII": "ascii",
  "ISO-8859-1": "latin1",
  "UTF-16LE": "utf16le",
  "UTF-16BE": "utf16be",
  "UTF-16": "utf16",
};

function charsetOf(name: string, functionName: string): BufferEncoding | "utf16be" | "utf16" {
  const found = CHARSETS[name.toUpperCase()];
  if (found) return found;
  throw new LakeletError({
    condition: "INVALID_PARAMETER_VALUE.CHARSET",
    sqlState: "22023",
    problem: `\`${functionName}\` does not know the character set '${name}'.`,
    cure: "Use one of US-ASCII, ISO-8859-1, UTF-8, UTF-16BE, UTF-16LE, UTF-16.",
    parameters: { functionName: `\`${functionName}\``, charset: name },
  });
}

function malformed(functionName: string, charset: string): LakeletError {
  return new LakeletError({
    condition: "MALFORMED_CHARACTER_CODING",
    sqlState: "22000",
    problem: `A value found by \`${functionName}\` cannot be coded in ${charset}.`,
    cure: "Choose the character set that the value is in.",
    parameters: { function: `\`${functionName}\``, charset },
  });
}

function encode(text: string, name: string): Uint8Array {
  const charset = charsetOf(name, "encode");
  if (charset === "utf16be") return Buffer.from(text, "utf16le").swap16();
  if (charset === "utf16" && text === "") return new Uint8Array();
  if (charset === "utf16") return Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, "utf16le").swap16()]);
  const limit = charset === "ascii" ? 0x7f : charset === "latin1" ? 0xff : 0x10ffff;
  if ([...text].some((char) => (char.codePointAt(0) ?? 0) > limit)) throw malformed("encode", name);
  return Buffer.from(text, charset);
}

function decode(data: Uint8Array, name: string): string {
  const charset = charsetOf(name, "decode");
  const labels = {
    ascii: "ascii",
    latin1: "latin1",
    utf16be: "utf-16be",
    utf16: "utf-16be",
    utf16le: "utf-16le",
    utf8: "utf-8",
  };
  if (charset === "latin1") return Buffer.from(data).toString("latin1");
  if (charset === "ascii" && data.some((byte) => byte > 0x7f)) throw malformed("decode", name);
  const little = charset === "utf16" && data[0] === 0xff && data[1] === 0xfe;
  const label = little ? "utf-16le" : (labels[charset as keyof typeof labels] ?? "utf-8");
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: charset !== "utf16" }).decode(data);
  } catch {
    throw malformed("decode", name);
  }
}

const SOUNDEX = "01230127022455012623017202"; // of A to Z; 7 is H and W, which do not part equal codes

function soundex(text: string): string {
  const start = text.charAt(0).toUpperCase();
  if (!/^[A-Z]$/.test(start)) return text;
  let code = start;
  let last = SOUNDEX[start.charCodeAt(0) - 65] ?? "0";
  for (const letter of text.slice(1)) {
    // Of other scripts no letter counts, not even where its upper case would.
    const char = /^[a-z]$/.test(letter) ? letter.toUpperCase() : letter;
    if (!/^[A-Z]$/.test(char)) {
      last = "0";
      continue;
    }
    const digit = SOUNDEX[char.charCodeAt(0) - 65] ?? "0";
    if (digit === "7") continue;
    if (digit !== "0" && digit !== last) code += digit;
    last = digit;
    if (code.length === 4) break;
  }
  return code.padEnd(4, "0");
}

function toBinaryBytes(text: string, format: string): Uint8Array | undefined {
  if (format === "hex") {
    if (!/^[0-9a-fA-F]*$/.test(text)) return undefined;
    return Buffer.from(text.length % 2 ? `0${text}` : text, "hex");
  }
  const compact = text.replace(/\s/g, "");
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(compact)
    ? Buffer.from(compact, "base64")
    : undefined;
}

/** As Java's MIME decoder: what is no digit of base64 is passed over, but the last unit has to be whole. */
function decodeMime(text: string): Buffer {
  const end = text.indexOf("=");
  const digits = (end < 0 ? text : text.slice(0, end)).replace(/[^A-Za-z0-9+/]/g, "");
  const rest = digits.length % 4;
  const padding = end < 0 ? "" : text.slice(end + (rest === 2 ? 2 : 1));
  const wrong =
    rest === 1 || (end >= 0 && (rest === 0 || (rest === 2 && text[end + 1] !== "="))) || /[A-Za-z0-9+/=]/.test(padding);
  if (!wrong) return Buffer.from(digits, "base64");
  throw new LakeletError({
    condition: "CONVERSION_INVALID_INPUT",
    sqlState: "22018",
    problem: `The value '${text}' cannot be read as base64: its last unit is not whole.`,
    cure: "Use `try_to_binary` with the format 'base64' to tolerate malformed texts and return NULL instead.",
    parameters: { str: text, fmt: "BASE64", targetType: '"BINARY"', suggestion: "`try_to_binary`" },
  });
}

export const encodingScripts: readonly ScriptFunction[] = [
  {
    name: "spark_encode",
    parameters: ["VARCHAR", "VARCHAR"],
    returns: "BLOB",
    call: (x, set) => encode(String(x), String(set)),
  },
  {
    name: "spark_decode",
    parameters: ["BLOB", "VARCHAR"],
    returns: "VARCHAR",
    call: (x, set) => decode(x as Uint8Array, String(set)),
  },
  {
    name: "spark_unbase64",
    parameters: ["VARCHAR"],
    returns: "BLOB",
    call: (x) => decodeMime(String(x)),
  },
  { name: "spark_soundex", parameters: ["VARCHAR"], returns: "VARCHAR", call: (x) => soundex(String(x)) },
  {
    name: "spark_to_binary",
    parameters: ["VARCHAR", "VARCHAR", "BOOLEAN"],
    returns: "BLOB",
    call(text, format, raises) {
      const found = toBinaryBytes(String(text), String(format));
      if (found || raises !== true) return found ?? null;
      throw new LakeletError({
        condition: "CONVERSION_INVALID_INPUT",
        sqlState: "22018",
        problem: `The value '${text}' cannot be converted to "BINARY" because it is malformed.`,
        cure: "Use `try_to_binary` to tolerate malformed input and return NULL instead.",
        parameters: { str: String(text), fmt: String(format), targetType: '"BINARY"' },
      });
    },
  },
];
