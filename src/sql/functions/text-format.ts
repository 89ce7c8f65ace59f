/** format_string and format_number. */
import type { ScriptFunction } from "../../engine/engine.js";
import { type DataType, DOUBLE, INTEGER, STRING } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import { isDatetime, isNumeric } from "../coercion/coercion.js";
import type { FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { accept, anInt, aString, type Expected, expectCount, typedFrom, values } from "./argument.js";
import { castToString } from "./cast-to-string.js";
import { exactText, roundDigits } from "./decimal-text.js";
import { invalidFormat } from "./function-errors.js";
import { type FormatArgument, grouped, javaFormat } from "./java-format.js";

function kindOf({ dataType }: Typed): FormatArgument["kind"] {
  if (dataType.kind === "byte" || dataType.kind === "short" || dataType.kind === "integer" || dataType.kind === "long")
    return dataType.kind;
  if (isDatetime(dataType)) return dataType.kind === "date" ? "integer" : "long";
  if (dataType.kind === "float" || dataType.kind === "double") return "floating";
  if (dataType.kind === "decimal" || dataType.kind === "boolean") return dataType.kind;
  return "other";
}

/** Java formats what Spark keeps of a value: days and microseconds since the epoch, its own forms of nested ones. */
function formatted(value: Typed, context: FunctionContext): string {
  const { dataType: type, sql } = value;
  switch (type.kind) {
    case "date":
      return `(${sql} - DATE '1970-01-01')`;
    case "timestamp":
    case "timestamp_ntz":
      return `epoch_us(${sql})`;
    case "array":
      return listText(sql, type.elementType, context);
    case "map": {
      const [keys, values] = [
        listText(`map_keys(${sql})`, type.keyType, context),
        listText(`map_values(${sql})`, type.valueType, context),
      ];
      return `('keys: ' || ${keys} || ', values: ' || ${values})`;
    }
    case "struct": {
      const fields = type.fields.map((one) =>
        partText(`struct_extract(${sql}, ${engineString(one.name)})`, one.dataType, context),
      );
      return `CASE WHEN ${sql} IS NOT NULL THEN '[' || ${fields.join(" || ',' || ")} || ']' END`;
    }
    default:
      return castToString(value, context);
  }
}

function partText(sql: string, dataType: DataType, context: FunctionContext): string {
  return `coalesce(CAST(${formatted({ sql, dataType, nullable: true }, context)} AS VARCHAR), 'null')`;
}

function listText(list: string, elementType: DataType, context: FunctionContext): string {
  const name = `format_item_${list.split("format_item_").length}`;
  return `('[' || array_to_string(list_transform(${list}, lambda ${name}: ${partText(name, elementType, context)}), ',') || ']')`;
}

function formatString(args: readonly Typed[], name: string, context: FunctionContext): Typed {
  const [first, ...rest] = args;
  const format = accept(first as Typed, aString, name, 0, context);
  const texts = rest.map((one) => formatted(one, context));
  const list =
    texts.length === 0 ? "CAST([] AS VARCHAR[])" : `[${texts.map((one) => `CAST(${one} AS VARCHAR)`).join(", ")}]`;
  const kinds = rest.map(kindOf).join(",");
  return typedFrom(
    [format, ...rest],
    `spark_format_string(${format.sql}, ${list}, '${kinds}')`,
    STRING,
    format.nullable,
  );
}

const numeric: Expected = {
  text: 'the "NUMERIC" type',
  target: (type) => (isNumeric(type) ? type : type.kind === "string" || type.kind === "void" ? DOUBLE : undefined),
};
const intOrString: Expected = {
  text: 'the ("INT" or "STRING") type',
  target: (type) => (type.kind === "string" ? type : type.kind === "void" ? INTEGER : anInt.target(type)),
};

function formatNumber(args: readonly Typed[], name: string, context: FunctionContext): Typed {
  const value = accept(args[0] as Typed, numeric, name, 0, context);
  const format = accept(args[1] as Typed, intOrString, name, 1, context);
  const floating = value.dataType.kind === "double" || value.dataType.kind === "float";
  const number = floating ? `CAST(CAST(${value.sql} AS DOUBLE) AS VARCHAR)` : `CAST(${value.sql} AS VARCHAR)`;
  const sql = `spark_format_number(${number}, CAST(${format.sql} AS VARCHAR), ${format.dataType.kind === "string"}, ${floating})`;
  return typedFrom([value, format], sql, STRING, true);
}

function entry(
  names: string,
  least: number,
  most: number,
  build: (args: readonly Typed[], name: string, context: FunctionContext) => Typed,
): FunctionEntry {
  return {
    kind: "scalar",
    names: names.split(" "),
    compile(args, context, name) {
      expectCount(args, name, least, most);
      return build(values(args, name), name, context);
    },
  };
}

export const formatFunctions: readonly FunctionEntry[] = [
  entry("format_string printf", 1, Number.POSITIVE_INFINITY, formatString),
  entry("format_number", 2, 2, formatNumber),
];

/** DecimalFormat's patterns of `#`, `0`, `,` and one point. */
function byPattern(text: string, pattern: string): string {
  const match = /^([#,]*)([0,]*)(?:\.(0*)(#*))?$/.exec(pattern);
  if (!match)
    throw invalidFormat("MISMATCH_INPUT", "only #, 0, comma and point can stand in a number's format here", pattern);
  const [, hashes = "", zeros = "", fixed = "", optional = ""] = match;
  const rounded = roundDigits(text, fixed.length + optional.length, "half-even");
  const [whole = "", fraction = ""] = rounded.replace("-", "").split(".");
  const kept = fraction.slice(0, fixed.length) + fraction.slice(fixed.length).replace(/0+$/, "");
  // Where the pattern has no 0 at all, the digit before the point is one.
  const least = zeros === "" && fixed === "" ? 1 : zeros.replaceAll(",", "").length;
  const digits = whole.replace(/^0+/, "").padStart(least, "0");
  const shown = /,/.test(hashes + zeros) ? grouped(digits) : digits;
  const sign = rounded.startsWith("-") ? "-" : "";
  return `${sign}${shown}${kept === "" ? "" : `.${kept}`}`;
}

function numberText(value: string, format: string, isPattern: boolean, floating: boolean): string | null {
  if (/nan/i.test(value)) return "NaN";
  if (/inf/i.test(value)) return value.startsWith("-") ? "-\u221E" : "\u221E";
  const number = Number(value);
  // Java keeps the sign of a zero.
  const text = floating ? (Object.is(number, -0) ? "-0" : exactText(number)) : value;
  if (isPattern) return byPattern(text, format);
  const places = Number(format);
  if (places < 0) return null;
  const rounded = roundDigits(text, places, "half-even");
  return rounded.startsWith("-") ? `-${grouped(rounded.slice(1))}` : grouped(rounded);
}

export const formatScripts: readonly ScriptFunction[] = [
  {
    name: "spark_format_string",
    parameters: ["VARCHAR", "VARCHAR[]", "VARCHAR"],
    returns: "VARCHAR",
    call(format, texts, kinds) {
      const list = String(kinds).split(",") as FormatArgument["kind"][];
      const args = (texts as readonly (string | null)[]).map((text, i) => ({ kind: list[i] ?? "other", text }));
      return javaFormat(String(format), args);
    },
  },
  {
    name: "spark_format_number",
    parameters: ["VARCHAR", "VARCHAR", "BOOLEAN", "BOOLEAN"],
    returns: "VARCHAR",
    call: (value, format, isPattern, floating) =>
      numberText(String(value), String(format), isPattern === true, floating === true),
  },
];
