/** Combinator that makes an aggregate's entry of the registry from its signature. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType } from "../../schema/data-type.js";
import {
  type AggregateCall,
  type AggregateFunction,
  type CallModifiers,
  type FunctionContext,
  isLambda,
  type Typed,
} from "../typed.js";
import { accept, anything, type Expected, expectCount } from "./argument.js";

/** What the engine is to be asked; `around` is the call itself where absent. */
export type EngineCall = Pick<AggregateCall, "call" | "further" | "where"> & { readonly around?: string };

export interface AggregateSignature {
  readonly takes: readonly Expected[];
  /** How many of `takes`, counted from the last, may be left out. */
  readonly optional?: number;
  readonly rest?: Expected;
  /** True where IGNORE NULLS may be written. */
  readonly ignoresNulls?: boolean;
  /** True where WITHIN GROUP may be written. */
  readonly ordered?: boolean;
  readonly gives: DataType | ((args: readonly Typed[], modifiers: CallModifiers) => DataType);
  /** True where absent: an aggregate of no rows is NULL. */
  readonly nullable?: boolean;
  make(args: readonly Typed[], modifiers: CallModifiers, context: FunctionContext, name: string): EngineCall;
}

/** An aggregate from its names (separated by spaces) and its signature. */
export function aggregate(names: string, signature: AggregateSignature): AggregateFunction {
  return entry("aggregate", names, signature);
}

/** A function that stands before OVER only. */
export function windowOnly(names: string, signature: AggregateSignature): AggregateFunction {
  return entry("window", names, signature);
}

function entry(kind: "aggregate" | "window", names: string, signature: AggregateSignature): AggregateFunction {
  const { takes, optional = 0, rest, gives, nullable = true } = signature;
  return {
    kind,
    names: names.split(" "),
    compile(args, modifiers, context, name) {
      checkModifiers(kind, signature, modifiers, name);
      expectCount(args, name, takes.length - optional, rest ? Number.POSITIVE_INFINITY : takes.length);
      const typed = args.map((one, i): Typed => {
        const value = accept(one, takes[i] ?? rest ?? anything, name, i, context);
        // A cast makes the literal's text void as SQL; what was written is still a constant to the entry.
        return value.literal || isLambda(one) || !one.literal ? value : { ...value, literal: one.literal };
      });
      const made = signature.make(typed, modifiers, context, name);
      return {
        around: "{call}",
        ...made,
        dataType: typeof gives === "function" ? gives(typed, modifiers) : gives,
        nullable,
        ...(typed.every((one) => one.deterministic !== false) ? {} : { deterministic: false }),
      };
    },
  };
}

function checkModifiers(
  kind: "aggregate" | "window",
  { ignoresNulls, ordered }: AggregateSignature,
  modifiers: CallModifiers,
  name: string,
): void {
  if (kind === "window" && !modifiers.windowed) throw withoutOver(name);
  if (modifiers.distinct && modifiers.windowed) throw distinctWindow(name);
  if (modifiers.filter && modifiers.windowed) {
    throw new LakeletError({
      condition: "_LEGACY_ERROR_TEMP_1030",
      sqlState: "0A000",
      problem: `FILTER before OVER is not supported: \`${name}\`.`,
      cure: "Aggregate `CASE WHEN ... THEN ... END` instead.",
    });
  }
  if (modifiers.ignoreNulls && !ignoresNulls) throw unsupportedSyntax(name, "IGNORE NULLS");
  if (modifiers.withinGroup.length > 0 && !ordered) throw unsupportedSyntax(name, "WITHIN GROUP (ORDER BY ...)");
}

/** `DISTINCT ` where it was written. */
export function distinctText({ distinct }: CallModifiers): string {
  return distinct ? "DISTINCT " : "";
}

function withoutOver(name: string): LakeletError {
  return new LakeletError({
    condition: "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE",
    sqlState: "42601",
    problem: `The window function \`${name}\` requires an OVER clause.`,
    cure: "Write OVER (...) behind it.",
    parameters: { funcName: `"${name}()"` },
  });
}

function distinctWindow(name: string): LakeletError {
  return new LakeletError({
    condition: "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED",
    sqlState: "0A000",
    problem: `DISTINCT is not supported before OVER: \`${name}\`.`,
    cure: "Aggregate in a subquery, or use `size(collect_set(...) OVER (...))`.",
    parameters: { windowExpr: name },
  });
}

function unsupportedSyntax(name: string, syntax: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
    sqlState: "42000",
    problem: `The function \`${name}\` does not support ${syntax}.`,
    cure: "Leave it out.",
    parameters: { prettyName: `\`${name}\``, syntax },
  });
}
