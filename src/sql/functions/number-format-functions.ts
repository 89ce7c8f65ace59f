/** to_char, to_varchar, to_number, try_to_number. */
import type { EngineLibrary } from "../../engine/engine.js";
import { BINARY, decimal, STRING } from "../../schema/data-type.js";
import { engineString, engineType } from "../../schema/engine-type.js";
import { isDatetime } from "../coercion/coercion.js";
import type { Argument, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { accept, aDecimal, aString, constant, expectCount, typedFrom, values } from "./argument.js";
import { notFoldable } from "./constant-errors.js";
import { dateFunctions } from "./dates.js";
import { delegate } from "./delegate.js";
import { encodingFunctions } from "./encodings.js";
import { invalidFormat, invalidParameterValue } from "./function-errors.js";
import { numberFormat } from "./number-format.js";
import { formatNumber, parseNumber } from "./number-text.js";

function toChar(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2);
  const [value, format] = values(args, name);
  if (!value || !format) return args[0] as Typed;
  if (isDatetime(value.dataType)) return delegate(dateFunctions, "date_format", [value, format], context);
  if (value.dataType.kind === "binary") return binaryText(value, format, context, name);
  const number = value.dataType.kind === "void" ? value : accept(value, aDecimal, name, 0, context);
  const text = constant(accept(format, aString, name, 1, context), name, "format");
  if (text === null) return typedFrom([number], "CAST(NULL AS VARCHAR)", STRING, true);
  const shown = engineString(numberFormat(text).text);
  return typedFrom([number], `spark_number_text(CAST(${number.sql} AS VARCHAR), ${shown})`, STRING);
}

function binaryText(value: Typed, format: Typed, context: FunctionContext, name: string): Typed {
  if (!format.literal) throw notFoldable(name, "format");
  const text = format.literal.value;
  if (text === null) throw invalidParameterValue("NULL", name, "the format must not be NULL");
  switch (text.toLowerCase()) {
    case "hex":
    case "base64":
      return delegate(encodingFunctions, text.toLowerCase(), [value], context);
    case "utf-8":
      return delegate(encodingFunctions, "decode", [value, { ...format, literal: { value: "UTF-8" } }], context);
    default:
      throw invalidParameterValue(
        "BINARY_FORMAT",
        name,
        `'${text}' is no format of ${BINARY.kind} values`,
        "Use one of base64, hex, utf-8.",
      );
  }
}

function toNumber(name: string, raises: boolean): FunctionEntry {
  return {
    kind: "scalar",
    names: [name],
    compile(args, context) {
      expectCount(args, name, 2);
      const [value, format] = args.map((one, i) => accept(one, aString, name, i, context));
      const text = constant(format as Typed, name, "format");
      if (!value || text === null) {
        return { sql: "CAST(NULL AS DECIMAL(10, 0))", dataType: decimal(10, 0), nullable: true };
      }
      const parsed = numberFormat(text);
      const type = decimal(parsed.precision, parsed.scale);
      const number = `spark_text_number(${value.sql}, ${engineString(parsed.text)}, ${raises})`;
      return typedFrom([value], `CAST(${number} AS ${engineType(type)})`, type, true);
    },
  };
}

export const numberFormatFunctions: readonly FunctionEntry[] = [
  { kind: "scalar", names: ["to_char", "to_varchar"], compile: toChar },
  toNumber("to_number", true),
  toNumber("try_to_number", false),
];

export const numberFormatLibrary: EngineLibrary = {
  macros: {},
  functions: [
    {
      name: "spark_number_text",
      parameters: ["VARCHAR", "VARCHAR"],
      returns: "VARCHAR",
      call: (number, format) => formatNumber(String(number), numberFormat(String(format))),
    },
    {
      name: "spark_text_number",
      parameters: ["VARCHAR", "VARCHAR", "BOOLEAN"],
      returns: "VARCHAR",
      call(text, format, raises) {
        const found = parseNumber(String(text), numberFormat(String(format)));
        if (found !== undefined || raises !== true) return found ?? null;
        throw invalidFormat("MISMATCH_INPUT", `the input '${text}' does not match it`, String(format));
      },
    },
  ],
};
