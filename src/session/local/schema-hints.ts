/** `schemaHints`: types of columns that are not to be inferred, also of fields within them (`user.id INT, items.element.price DOUBLE`). */
import { type DataType, field, findField, type StructField, type StructType, struct } from "../../schema/data-type.js";
import { parseSchema } from "../../sql/parse/parse.js";

const NAME = /(?:`(?:[^`]|``)+`|[\p{L}\p{N}_-]+)/u.source;
const NESTED = new RegExp(`^\\s*(${NAME}(?:\\s*\\.\\s*${NAME})+)(\\s+|\\s*:\\s*)([\\s\\S]+)$`, "u");

/**
 * The inferred schema with the hints' types; what only the hints know comes last. Steps of a path: fields of a struct, `element` of an
 * array, `key` and `value` of a map.
 * @throws PARSE_SYNTAX_ERROR, UNSUPPORTED_DATATYPE
 */
export function withSchemaHints(inferred: StructType, hints: string): StructType {
  return topLevelItems(hints).reduce((schema, item) => {
    const [, path = "", , type = ""] = NESTED.exec(item) ?? [];
    const steps = [...path.matchAll(new RegExp(NAME, "gu"))].map(([step]) => unquoted(step));
    const [last] = steps.slice(-1);
    if (last === undefined) return parseSchema(item).fields.reduce(withField, schema);
    const [hint] = parseSchema(`hint ${type}`).fields;
    return hint === undefined ? schema : (withHint(schema, steps, hint) as StructType);
  }, inferred);
}

function withHint(type: DataType, [step, ...rest]: readonly string[], hint: StructField): DataType {
  if (step === undefined) return hint.dataType;
  const name = step.toLowerCase();
  if (type.kind === "array" && name === "element")
    return { ...type, elementType: withHint(type.elementType, rest, hint) };
  if (type.kind === "map" && name === "key") return { ...type, keyType: withHint(type.keyType, rest, hint) };
  if (type.kind === "map" && name === "value") return { ...type, valueType: withHint(type.valueType, rest, hint) };
  const within = type.kind === "struct" ? type : struct([]);
  const known = findField(within, step);
  return withField(within, {
    ...(known ?? field(step, hint.dataType)),
    dataType: withHint(known?.dataType ?? struct([]), rest, hint),
  });
}

/** The field in the place that it has, or as the last one. */
function withField(schema: StructType, added: StructField): StructType {
  const known = findField(schema, added.name);
  return struct(known ? schema.fields.map((one) => (one === known ? added : one)) : [...schema.fields, added]);
}

/** What stands between commas that are in no type and no quotes. */
function topLevelItems(text: string): readonly string[] {
  const items: string[] = [""];
  let depth = 0;
  for (const [part] of text.matchAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|[\s\S]/g)) {
    if (part === "<" || part === "(") depth++;
    else if (part === ">" || part === ")") depth--;
    if (part === "," && depth === 0) items.push("");
    else items.push((items.pop() ?? "") + part);
  }
  return items.filter((one) => one.trim() !== "");
}

function unquoted(name: string): string {
  return name.startsWith("`") ? name.slice(1, -1).replaceAll("``", "`") : name;
}
