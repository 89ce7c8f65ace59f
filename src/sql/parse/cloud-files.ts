/** `cloud_files(path, format, map(...))`: the old name of `STREAM read_files(...)`. */
import { STRING } from "../../schema/data-type.js";
import type { CallExpression, Expression } from "../ast.js";

/** The call as `read_files` has it; undefined for any other function, and where its arguments are none that can be read. */
export function readFilesCall(call: CallExpression): CallExpression | undefined {
  const [path, format, options] = call.args;
  if (call.name !== "cloud_files" || path === undefined || format === undefined || call.args.length > 3)
    return undefined;
  const pairs = options === undefined ? [] : pairsOf(options);
  if (pairs === undefined) return undefined;
  const given = [{ name: "format", value: format }, ...pairs];
  // Without types asked for all columns of text files are strings, where read_files infers them.
  const isInferred = given.some((one) => one.name === "infercolumntypes" || one.name === "schema");
  const namedArgs = isInferred ? given : [...given, { name: "infercolumntypes", value: text("false") }];
  return { ...call, name: "read_files", args: [path], namedArgs };
}

function pairsOf(options: Expression): NonNullable<CallExpression["namedArgs"]>[number][] | undefined {
  if (options.kind !== "call" || options.name !== "map" || options.args.length % 2 !== 0) return undefined;
  const pairs: { readonly name: string; readonly value: Expression }[] = [];
  for (let i = 0; i < options.args.length; i += 2) {
    const [key, value] = [options.args[i], options.args[i + 1]];
    if (key?.kind !== "literal" || key.value === null || value === undefined) return undefined;
    pairs.push({ name: key.value.toLowerCase().replace(/^cloudfiles\./, ""), value });
  }
  return pairs;
}

function text(value: string): Expression {
  return { kind: "literal", dataType: STRING, value };
}
