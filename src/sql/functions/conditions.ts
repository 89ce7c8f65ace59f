/** Conditions and null handling: coalesce, nvl, if, nullif, greatest, decode and the like. */
import type { EngineLibrary } from "../../engine/engine.js";
import { BOOLEAN, DOUBLE, STRING, VOID } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import { simpleString } from "../../schema/type-text.js";
import { widerTypeWithoutStrings } from "../coercion/coercion.js";
import type { FunctionContext, FunctionEntry, Typed } from "../typed.js";
import {
  aBoolean,
  accept,
  aNumber,
  anything,
  aString,
  expectCount,
  scalar,
  toCommonType,
  typedFrom,
  values,
} from "./argument.js";
import { compileCast } from "./cast.js";
import { compare } from "./comparisons.js";
import { differingArguments, differingOperands, raise, unorderable } from "./function-errors.js";
import { once } from "./once.js";
import { isOrderable, needsOrderKey } from "./ordering.js";

type Build = (args: readonly Typed[], context: FunctionContext, name: string) => Typed;

function entry(names: string, least: number, most: number, build: Build): FunctionEntry {
  return {
    kind: "scalar",
    names: names.split(" "),
    compile(args, context, name) {
      expectCount(args, name, least, most);
      return build(values(args, name), context, name);
    },
  };
}

const MANY = Number.POSITIVE_INFINITY;

function coalesced(args: readonly Typed[], context: FunctionContext, name: string): Typed {
  const typed = toCommonType(args, name, context);
  const sql = typed.length === 1 ? (typed[0]?.sql ?? "") : `coalesce(${typed.map((one) => one.sql).join(", ")})`;
  return typedFrom(
    typed,
    sql,
    typed[0]?.dataType ?? VOID,
    typed.every((one) => one.nullable),
  );
}

/** `CASE WHEN condition THEN one ELSE other END`, the branches brought to their common type. */
function choice(condition: Typed, one: Typed, other: Typed, name: string, context: FunctionContext): Typed {
  const [a, b] = toCommonType([one, other], name, context);
  if (!a || !b) throw differingOperands(name, one.dataType, other.dataType);
  const sql = `CASE WHEN ${condition.sql} THEN ${a.sql} ELSE ${b.sql} END`;
  return typedFrom([condition, a, b], sql, a.dataType, a.nullable || b.nullable);
}

const notNull = (value: Typed): Typed => typedFrom([value], `(${value.sql} IS NOT NULL)`, BOOLEAN, false);

/** The greatest or least argument, NULLs left out. Strings are not promoted here. */
function extreme(engineName: "greatest" | "least"): Build {
  return (args, context, name) => {
    const types = args.map((one) => one.dataType);
    const [first = VOID, ...rest] = types;
    const common = rest.reduce<typeof first | undefined>((so, one) => so && widerTypeWithoutStrings(so, one), first);
    if (!common) throw differingArguments(name, types);
    if (!isOrderable(common) || needsOrderKey(common)) throw unorderable(name, common);
    const typed = args.map((one) => compileCast(one, common, "ansi", context));
    const sql = `${engineName}(${typed.map((one) => one.sql).join(", ")})`;
    return typedFrom(
      typed,
      sql,
      common,
      typed.every((one) => one.nullable),
    );
  };
}

/** decode(value, key, result, ..., default): NULL keys match NULL. With two arguments it is the decoding of bytes (see encodings.ts). */
export function decodeCase(args: readonly Typed[], context: FunctionContext, name: string): Typed {
  const [value, ...rest] = args;
  if (!value) return coalesced(args, context, name);
  const pairs = Math.floor(rest.length / 2);
  const keys = rest.slice(0, pairs * 2).filter((_, i) => i % 2 === 0);
  const outcomes = rest.filter((_, i) => i % 2 === 1 || i === pairs * 2);
  const results = toCommonType(outcomes, name, context);
  const tests = keys.map((key) => compare("<=>", value, key, context));
  const branches = tests.map((test, i) => `WHEN ${test.sql} THEN ${results[i]?.sql}`);
  const otherwise = results[pairs];
  const sql = `CASE ${branches.join(" ")}${otherwise ? ` ELSE ${otherwise.sql}` : ""} END`;
  return typedFrom([...tests, ...results], sql, results[0]?.dataType ?? VOID, true);
}

function nullIf(args: readonly Typed[], context: FunctionContext): Typed {
  const [value, other] = args;
  if (!value || !other) return value as Typed;
  const sql = once(value, (x) => {
    const equal = compare("=", { ...value, sql: x }, other, context);
    return `CASE WHEN ${equal.sql} THEN NULL ELSE ${x} END`;
  });
  return typedFrom([value, other], sql, value.dataType, true);
}

const isFloating = (value: Typed | undefined): boolean => value?.dataType.kind === "float";

function nanValue(args: readonly Typed[], context: FunctionContext, name: string): Typed {
  const both = args.map((one, i) =>
    accept(
      one,
      { text: 'the ("DOUBLE" or "FLOAT") type', target: (t) => (t.kind === "float" ? t : aNumber.target(t) && DOUBLE) },
      name,
      i,
      context,
    ),
  );
  const target = both.every(isFloating) ? (both[0] as Typed).dataType : DOUBLE;
  const [a, b] = both.map((one) => compileCast(one, target, "ansi", context));
  if (!a || !b) return both[0] as Typed;
  return typedFrom(
    [a, b],
    once(a, (x) => `CASE WHEN isnan(${x}) THEN ${b.sql} ELSE ${x} END`),
    target,
  );
}

const zero = (value: Typed, context: FunctionContext): Typed =>
  compileCast(
    { sql: "0", dataType: { kind: "integer" }, nullable: false, literal: { value: "0" } },
    value.dataType,
    "ansi",
    context,
  );

export const conditionFunctions: readonly FunctionEntry[] = [
  entry("coalesce", 1, MANY, coalesced),
  entry("nvl ifnull", 2, 2, coalesced),
  entry("nvl2", 3, 3, ([value, one, other], context, name) =>
    choice(notNull(value as Typed), one as Typed, other as Typed, name, context),
  ),
  {
    kind: "scalar",
    names: ["if", "iff"],
    compile(args, context, name) {
      expectCount(args, name, 3);
      const [first, one, other] = values(args, name);
      const condition = accept(first as Typed, aStrictBoolean(), name, 0, context);
      return choice(condition, one as Typed, other as Typed, name, context);
    },
  },
  entry("nullif", 2, 2, nullIf),
  entry("nullifzero", 1, 1, ([value], context) =>
    value?.dataType.kind === "void" ? value : nullIf([value as Typed, zero(value as Typed, context)], context),
  ),
  entry("zeroifnull", 1, 1, ([value], context, name) => {
    const number: Typed = { sql: "0", dataType: { kind: "integer" }, nullable: false, literal: { value: "0" } };
    return coalesced([value as Typed, number], context, name);
  }),
  scalar("isnan", {
    takes: [{ text: 'the ("DOUBLE" or "FLOAT") type', target: (t) => (t.kind === "float" ? t : aDoubleOf(t)) }],
    gives: BOOLEAN,
    nullable: false,
    sql: ([x]) => `coalesce(isnan(${x}), FALSE)`,
  }),
  entry("nanvl", 2, 2, nanValue),
  entry("greatest", 2, MANY, extreme("greatest")),
  entry("least", 2, MANY, extreme("least")),
  scalar("typeof", {
    takes: [anything],
    gives: STRING,
    nullable: false,
    sql: (_, [value]) => engineString(simpleString(value?.dataType ?? VOID)),
  }),
  scalar("assert_true", {
    takes: [aBoolean, aString],
    optional: 1,
    gives: VOID,
    nullable: true,
    sql: ([condition, message = "'The condition is not true.'"]) =>
      `CASE WHEN ${condition} THEN CAST(NULL AS INTEGER) ELSE ${raise("USER_RAISED_EXCEPTION", "P0001", `coalesce(${message}, 'null')`)} END`,
  }),
  {
    kind: "scalar",
    names: ["raise_error"],
    compile(args, context, name) {
      expectCount(args, name, 1);
      const message = accept(args[0] as Typed, aString, name, 0, context);
      const sql = `CAST(${raise("USER_RAISED_EXCEPTION", "P0001", `coalesce(${message.sql}, 'null')`)} AS INTEGER)`;
      return { ...typedFrom([message], sql, VOID, true), deterministic: false };
    },
  },
];

/** `if` takes a boolean only: no string becomes one. */
function aStrictBoolean() {
  return {
    text: 'the "BOOLEAN" type',
    target: (type: Typed["dataType"]) => (type.kind === "boolean" || type.kind === "void" ? BOOLEAN : undefined),
  };
}

function aDoubleOf(type: Typed["dataType"]) {
  return ["byte", "short", "integer", "long", "double", "decimal", "string", "void"].includes(type.kind)
    ? DOUBLE
    : undefined;
}

export const conditionLibrary: EngineLibrary = { macros: {}, functions: [] };
