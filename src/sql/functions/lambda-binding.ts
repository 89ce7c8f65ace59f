/** Lambdas of the engine: a Spark lambda's parameters as parts of the one element that the engine hands over. */
import type { TypedLambda } from "../typed.js";

/** Engine SQL for each of a lambda's parameters, in order; undefined: the parameter as it is. */
export type Binding = readonly (string | undefined)[];

/** The body with parameters replaced. Their engine names are unique in the statement, so that a quoted name is one of them. */
export function bindParameters(lambda: TypedLambda, body: string, binding: Binding): string {
  const replacement = new Map<string, string>();
  for (const [i, name] of lambda.engineParameters.entries()) {
    const sql = binding[i];
    if (sql !== undefined) replacement.set(name, sql);
  }
  if (replacement.size === 0) return body;
  const names = [...replacement.keys()].map((one) => one.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&"));
  return body.replace(new RegExp(names.join("|"), "g"), (name) => replacement.get(name) ?? name);
}

/** SQL that names a list more than once, some of it inside a lambda, where a long expression would run for each element. */
export function withList(list: string, body: (name: string) => string): string {
  if (/^("[^"]*"|\w+)(\."[^"]*"|\.\w+)*$/.test(list)) return body(list);
  const name = `list_${fingerprint(list)}`;
  return `list_extract(list_transform([${list}], lambda ${name}: ${body(name)}), 1)`;
}

function fingerprint(text: string): string {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return (hash >>> 0).toString(36);
}
