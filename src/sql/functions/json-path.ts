/** get_json_object and its kin: plain paths by the engine where the text is strict JSON, all else in JavaScript. */
import type { ScriptFunction } from "../../engine/engine.js";
import { STRING, VARIANT } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import { type JsonNode, javaNumber, readJson, writeJson } from "../../schema/json-text.js";
import type { Argument, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { accept, aString, expectCount, typedFrom } from "./argument.js";
import { variantAt } from "./variants.js";

type Step = { readonly name: string } | { readonly index: number } | "*" | ".*";

const known = new Map<string, readonly Step[] | undefined>();

/** The steps of a path; undefined where it is no path, for which Spark answers NULL. */
export function readPath(path: string): readonly Step[] | undefined {
  if (known.has(path)) return known.get(path);
  const steps = parsePath(path);
  if (known.size > 500) known.clear();
  known.set(path, steps);
  return steps;
}

function parsePath(path: string): readonly Step[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const steps: Step[] = [];
  const pattern = /\.\*|\.([^.[]+)|\[(\d+)\]|\[\*\]|\['([^']*)'\]|\["([^"]*)"\]/y;
  pattern.lastIndex = 1;
  while (pattern.lastIndex < path.length) {
    const match = pattern.exec(path);
    if (!match) return undefined;
    const name = match[1] ?? match[3] ?? match[4];
    if (match[2] !== undefined) steps.push({ index: Number(match[2]) });
    else if (name !== undefined) steps.push({ name });
    else steps.push(match[0] === ".*" ? ".*" : "*");
  }
  return steps;
}

/** A path without wildcards, as the engine writes it. */
function enginePath(steps: readonly Step[]): string | undefined {
  let path = "$";
  for (const step of steps) {
    if (typeof step === "string") return undefined;
    if ("index" in step) path += `[${step.index}]`;
    else if (/["\\]/.test(step.name)) return undefined;
    else path += `."${step.name}"`;
  }
  return path;
}

/** What a path finds: nothing, one node, or many (a wildcard over an array). */
function find(node: JsonNode, steps: readonly Step[], loose: boolean): readonly JsonNode[] | JsonNode | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return node;
  if (typeof step === "string") {
    if (step !== "*" || node.kind !== "array") return undefined;
    const found = node.items.flatMap((item) => {
      const one = find(item, rest, loose);
      if (one === undefined) return [];
      return Array.isArray(one) ? (one as readonly JsonNode[]) : [one as JsonNode];
    });
    return found.length === 0 ? undefined : found;
  }
  if ("index" in step) {
    const item = node.kind === "array" ? node.items[step.index] : undefined;
    return item && find(item, rest, loose);
  }
  if (node.kind !== "object") return undefined;
  const wanted = loose ? step.name.toLowerCase() : step.name;
  const entry = node.entries.find(([name]) => (loose ? name.toLowerCase() : name) === wanted);
  return entry && find(entry[1], rest, loose);
}

/** A field that is null is nothing; a null that is a whole text or an element of an array is written. */
function endsWithName(steps: readonly Step[]): boolean {
  const last = steps.at(-1);
  return typeof last === "object" && "name" in last;
}

/** Spark's text of what the path finds in a JSON text: strings without quotes, null and nothing as NULL. */
function getJsonObject(text: string, path: string, loose: boolean): string | null {
  const steps = readPath(path);
  const node = steps && readJson(text, "finite");
  if (!steps || !node) return null;
  const found = find(node, steps, loose);
  if (found === undefined) return null;
  if (!Array.isArray(found)) {
    const one = found as JsonNode;
    // A wildcard at the end gives an array's elements: a single string keeps its quotes there.
    if (one.kind === "null" && endsWithName(steps)) return null;
    return one.kind === "string" ? one.text : writeJson(one, javaNumber);
  }
  const many = found as readonly JsonNode[];
  const [only] = many;
  if (many.length === 1 && only) return writeJson(only, javaNumber);
  return `[${many.map((one) => writeJson(one, javaNumber)).join(",")}]`;
}

/** The text at a constant path: the engine reads strict JSON; what it would print in another way goes to JavaScript. */
function atPath(json: Typed, path: string): string {
  const steps = readPath(path);
  if (!steps) return "CAST(NULL AS VARCHAR)";
  const engine = enginePath(steps);
  const script = `spark_get_json_object(${json.sql}, ${engineString(path)})`;
  if (engine === undefined) return script;
  const name = endsWithName(steps) ? "spark_json_text" : "spark_json_text_or_null";
  return `${name}(${json.sql}, ${engineString(engine)}, ${engineString(path)})`;
}

/** The text of a field of a JSON object, for json_tuple. */
export function fieldText(json: Typed, name: Typed): string {
  const constant = name.literal?.value;
  if (constant !== undefined && constant !== null && !/['"\\[\]]/.test(constant))
    return atPath(json, `$['${constant}']`);
  return `spark_json_field(${json.sql}, ${name.sql})`;
}

function compileGet(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2);
  const json = accept(args[0] as Argument, aString, name, 0, context);
  const path = accept(args[1] as Argument, aString, name, 1, context);
  const constant = path.literal?.value;
  if (constant === null) return { sql: "CAST(NULL AS VARCHAR)", dataType: STRING, nullable: true };
  const sql = constant === undefined ? `spark_get_json_object(${json.sql}, ${path.sql})` : atPath(json, constant);
  return typedFrom([json, path], sql, STRING, true);
}

/** `column:path`: names without brackets are found whatever their case. */
function compileColon(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  const [operand, steps] = args;
  if (operand && steps && !("lambda" in operand) && !("lambda" in steps) && operand.dataType.kind === "variant") {
    return variantAt(operand, steps, VARIANT, "ansi", context, name);
  }
  const exact = compileGet(args, context, name);
  const [json, path] = args.map((one, i) => accept(one, aString, name, i, context)) as [Typed, Typed];
  const loose = `spark_get_json_loosely(${json.sql}, ${path.sql})`;
  return { ...exact, sql: `coalesce(${exact.sql}, ${loose})` };
}

export const jsonPathFunctions: readonly FunctionEntry[] = [
  { kind: "scalar", names: ["get_json_object"], compile: compileGet },
  { kind: "scalar", names: ["json_path"], compile: compileColon },
];

export const jsonPathMacros: Readonly<Record<string, string>> = {
  // Numbers with a fraction are written in Java's way, which is not the engine's: also those inside objects and arrays.
  spark_json_text:
    "CREATE OR REPLACE MACRO spark_json_text(j, p, path) AS CASE WHEN spark_is_strict_json(j) THEN CASE " +
    "WHEN json_type(j, p) = 'DOUBLE' OR (json_type(j, p) IN ('OBJECT', 'ARRAY') " +
    "AND regexp_matches(json_extract_string(j, p), '[0-9][.eE]')) THEN spark_get_json_object(j, path) " +
    "ELSE json_extract_string(j, p) END ELSE spark_get_json_object(j, path) END",
  spark_json_text_or_null:
    "CREATE OR REPLACE MACRO spark_json_text_or_null(j, p, path) AS CASE WHEN spark_is_strict_json(j) THEN CASE " +
    "WHEN json_type(j, p) = 'NULL' THEN 'null' ELSE spark_json_text(j, p, path) END ELSE spark_get_json_object(j, path) END",
};

export const jsonPathScripts: readonly ScriptFunction[] = [
  {
    name: "spark_get_json_object",
    parameters: ["VARCHAR", "VARCHAR"],
    returns: "VARCHAR",
    call: (text, path) => getJsonObject(String(text), String(path), false),
  },
  {
    name: "spark_get_json_loosely",
    parameters: ["VARCHAR", "VARCHAR"],
    returns: "VARCHAR",
    call: (text, path) => getJsonObject(String(text), String(path), true),
  },
  {
    name: "spark_json_field",
    parameters: ["VARCHAR", "VARCHAR"],
    returns: "VARCHAR",
    call(text, name) {
      const node = readJson(String(text));
      const found = node && find(node, [{ name: String(name) }], false);
      if (!found || Array.isArray(found)) return null;
      const one = found as JsonNode;
      return one.kind === "null" ? null : one.kind === "string" ? one.text : writeJson(one, javaNumber);
    },
  },
];
