/** is_valid_utf8 and its kin, and the text of bytes: strings here hold valid UTF-8 only, so bytes are looked at before they become one. */
import type { ScriptFunction } from "../../engine/engine.js";
import { BOOLEAN, type DataType, STRING } from "../../schema/data-type.js";
import type { Argument, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { accept, aStringOrBinary, expectCount, typedFrom } from "./argument.js";
import { raise } from "./function-errors.js";
import { macro, macros } from "./macro.js";

/** The argument as it is: bytes where it has them, even behind a cast to string. */
function textOrBytes(argument: Argument, name: string, context: FunctionContext): Typed & { readonly isText: boolean } {
  const value = accept(argument, aStringOrBinary, name, 0, context);
  if (value.bytes?.text === value.sql) return { ...value, sql: value.bytes.sql, isText: false };
  return { ...value, isText: value.dataType.kind !== "binary" };
}

function ofBytes(
  name: string,
  gives: DataType,
  text: (x: string) => string,
  bytes: string,
  nullable?: boolean,
): FunctionEntry {
  return {
    kind: "scalar",
    names: [name],
    compile(args, context) {
      expectCount(args, name, 1);
      const value = textOrBytes(args[0] as Argument, name, context);
      const sql = value.isText ? text(value.sql) : `${bytes}(${value.sql})`;
      return typedFrom([value], sql, gives, nullable ?? value.nullable);
    },
  };
}

const asItIs = (x: string): string => `${x}`;

export const utf8Functions: readonly FunctionEntry[] = [
  ofBytes("is_valid_utf8", BOOLEAN, (x) => `(${x} IS NOT NULL OR NULL)`, "spark_is_utf8"),
  ofBytes("make_valid_utf8", STRING, asItIs, "spark_make_utf8"),
  ofBytes("validate_utf8", STRING, asItIs, "spark_validate_utf8"),
  ofBytes("try_validate_utf8", STRING, asItIs, "spark_try_utf8", true),
];

const NOT_UTF8 =
  "'Invalid UTF8 byte sequence found in string: ' || regexp_replace(hex(x), '(..)', '\\\\x\\1', 'g') || '. Use `make_valid_utf8` to replace what is invalid, or keep the value as BINARY: a string of lakelet holds valid UTF-8 only.'";

export const utf8Macros = macros(
  macro("spark_try_utf8", ["x"], "try(decode(x))"),
  macro("spark_is_utf8", ["x"], "CASE WHEN x IS NOT NULL THEN try(decode(x)) IS NOT NULL END"),
  macro("spark_make_utf8", ["x"], "coalesce(try(decode(x)), spark_replace_invalid(x))"),
  macro(
    "spark_validate_utf8",
    ["x"],
    `coalesce(try(decode(x)), CASE WHEN x IS NOT NULL THEN ${raise("INVALID_UTF8_STRING", "22029", NOT_UTF8)} END)`,
  ),
);

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export const utf8Scripts: readonly ScriptFunction[] = [
  {
    name: "spark_replace_invalid",
    parameters: ["BLOB"],
    returns: "VARCHAR",
    call: (bytes) => (bytes instanceof Uint8Array ? decoder.decode(bytes) : null),
  },
];
