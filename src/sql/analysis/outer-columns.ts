/** Columns from around a subquery in calls with lambda functions: the engine's lambda functions see the tables of one query only. */
import type { Typed } from "../typed.js";
import type { Reads, Scope } from "./scope.js";

/**
 * Compiles a call. Where its SQL has lambda functions and reads columns from around the query, it becomes the body of one more lambda function
 * that is given the values of all columns:
 * `list_extract(list_transform([struct_pack(c0 := "t1"."a", c1 := "t2"."b")], lambda o: ...), 1)`.
 */
export function withOuterColumns(scope: Scope, compile: () => Typed): Typed {
  const { outer, analysis } = scope.environment;
  // Within a lambda function it is the call around it that does this.
  if (outer === undefined || scope.variables !== undefined) return compile();
  const around = analysis.reads.current;
  const own: Reads = { all: new Set(), outer: new Set() };
  analysis.reads.current = own;
  try {
    const value = compile();
    for (const one of own.all) around?.all.add(one);
    if (own.outer.size === 0 || !value.sql.includes("lambda ")) {
      for (const one of own.outer) around?.outer.add(one);
      return value;
    }
    return { ...value, sql: handedIn(value.sql, [...own.all, ...own.outer], analysis.unique("outer_")) };
  } finally {
    analysis.reads.current = around;
  }
}

function handedIn(sql: string, reads: readonly string[], parameter: string): string {
  // The longer first: a field's text holds that of its struct.
  const texts = [...new Set(reads)].filter((one) => sql.includes(one)).sort((a, b) => b.length - a.length);
  const fields = texts.map((one, i) => `c${i} := ${one}`);
  const body = texts.reduce((text, one, i) => text.replaceAll(one, () => `${parameter}.c${i}`), sql);
  return `list_extract(list_transform([struct_pack(${fields.join(", ")})], lambda ${parameter}: ${body}), 1)`;
}
