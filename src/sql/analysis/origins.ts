/** Where values come from: while an expression is compiled, the columns of tables behind each name that it means are gathered. */
import type { Attribute, Origin } from "../relation.js";
import type { Analysis } from "./scope.js";

/** Compiles something, and gives the columns that its value is made of. */
export function withOrigins<Value>(
  analysis: Analysis,
  compile: () => Value,
): { readonly value: Value; readonly origins: readonly Origin[] } {
  const { origins } = analysis;
  const around = origins.current;
  const own = new Set<Origin>();
  origins.current = own;
  try {
    return { value: compile(), origins: [...own] };
  } finally {
    origins.current = around;
  }
}

/** Compiles a query inside an expression: its conditions decide which rows there are, and are no part of a value. */
export function apart<Value>(analysis: Analysis, compile: () => Value): Value {
  const { origins } = analysis;
  const around = origins.current;
  origins.current = undefined;
  try {
    return compile();
  } finally {
    origins.current = around;
  }
}

/** A name means this: what it is made of is what the expression is made of, too. */
export function readOrigins(analysis: Analysis, { origins = NONE }: Pick<Attribute, "origins">): void {
  const { current } = analysis.origins;
  if (current !== undefined) for (const one of origins) current.add(one);
}

const NONE: readonly Origin[] = [];

/** As the field of an attribute; left out where there are none. */
export function originsField(origins: readonly Origin[] | undefined): Pick<Attribute, "origins"> {
  return origins === undefined || origins.length === 0 ? {} : { origins };
}

/** Those of all, each once. */
export function allOrigins(
  attributes: readonly (Pick<Attribute, "origins"> | undefined)[],
): Pick<Attribute, "origins"> {
  return originsField([...new Set(attributes.flatMap((one) => one?.origins ?? NONE))]);
}
