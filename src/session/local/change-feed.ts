/** The change data feed as a relation: `table_changes(...)` and the reader's option `readChangeFeed`. */
import type { TargetTable } from "../../commands/contract.js";
import type { ChangeBound, ChangeBounds } from "../../commands/table-changes/change-bounds.js";
import { tableChanges } from "../../commands/table-changes/table-changes.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { type Constants, constantOf } from "../../sql/analysis/constant.js";
import { timestampOf } from "../../sql/analysis/time-travel.js";
import { timestampMicros } from "../../sql/analysis/timestamp-text.js";
import type { Expression } from "../../sql/ast.js";
import { parseIdentifier } from "../../sql/parse/parse.js";
import type { Relation } from "../../sql/relation.js";
import type { Runtime } from "./runtime.js";
import { existingTable } from "./session-table.js";

/** `table_changes(table, start [, end])` and `table_changes_by_path(path, start [, end])`; undefined for any other function. */
export async function changeFunction(
  runtime: Runtime,
  name: string,
  args: readonly Expression[],
): Promise<Relation | undefined> {
  if (name !== "table_changes" && name !== "table_changes_by_path") return undefined;
  const constants: Constants = { context: runtime.state.functionContext(), parameters: {} };
  const [table, start, end] = args;
  if (table === undefined || start === undefined || args.length > 3) throw wrongArguments(name);
  const named = constantOf(table, constants);
  if (named?.kind !== "string") throw tableNotConstant(name);
  const parts = name === "table_changes" ? parseIdentifier(named.text) : ["delta", named.text];
  return changeRelation(runtime, await existingTable(runtime, parts), {
    start: boundOf(start, "start", constants),
    ...(end === undefined ? {} : { end: boundOf(end, "end", constants) }),
  });
}

/** The changes of a table that the reader names, between the bounds that its options name. */
export async function changesByOptions(
  runtime: Runtime,
  name: readonly string[],
  options: Readonly<Record<string, string>>,
): Promise<Relation> {
  const start = optionBound(runtime, options, "starting");
  if (start === undefined) throw noStart();
  const end = optionBound(runtime, options, "ending");
  return changeRelation(runtime, await existingTable(runtime, name), { start, ...(end === undefined ? {} : { end }) });
}

async function changeRelation(runtime: Runtime, table: TargetTable, bounds: ChangeBounds): Promise<Relation> {
  const { sql, schema } = await tableChanges(runtime.commandContext(), table, bounds);
  const output = schema.fields.map(({ name, dataType, nullable }) => ({
    name,
    dataType,
    nullable,
    engineName: name,
    qualifiers: [],
  }));
  return { sql: `(${sql})`, output };
}

function boundOf(expression: Expression, which: "start" | "end", constants: Constants): ChangeBound {
  const constant = constantOf(expression, constants);
  if (constant?.kind === "null") throw nullBound(which);
  if (constant?.kind === "number" && /^[+-]?\d+$/.test(constant.text)) return versionBound(constant.text);
  if (constant?.kind === "number" || constant?.kind === "double" || constant?.kind === "boolean")
    throw boundOfWrongType(which);
  return timeBound(timestampOf(expression, constants), which);
}

function versionBound(text: string): ChangeBound {
  const version = Number(text);
  if (version >= 0) return { version };
  throw invalidVersion(text);
}

function invalidVersion(text: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_VERSION_INVALID",
    sqlState: "42815",
    problem: `The provided version (${text}) is not a valid version.`,
    cure: "Give a version from 0 on.",
    parameters: { version: text },
  });
}

/** Commits have times in whole milliseconds. */
function timeBound(micros: bigint, which: "start" | "end"): ChangeBound {
  return { timestamp: Number((which === "start" ? micros + 999n : micros) / 1000n) };
}

function optionBound(
  runtime: Runtime,
  options: Readonly<Record<string, string>>,
  which: "starting" | "ending",
): ChangeBound | undefined {
  const [version, time] = [options[`${which}version`], options[`${which}timestamp`]];
  if (version !== undefined && time !== undefined) throw twoBounds(which);
  if (version !== undefined) {
    if (!/^\d+$/.test(version)) throw invalidVersion(version);
    return { version: Number(version) };
  }
  if (time === undefined) return undefined;
  const micros = timestampMicros(time, runtime.state.timeZone);
  if (micros === undefined) throw invalidBound(`${which}Timestamp`, time, "a timestamp like 2024-01-15 10:00:00");
  return timeBound(micros, which === "starting" ? "start" : "end");
}

function wrongArguments(name: string): LakeletError {
  return new LakeletError({
    condition: "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
    sqlState: "42605",
    problem: `\`${name}\` takes 2 or 3 arguments: the table, the first version or time, and the last one.`,
    cure: `Write ${name}('orders', 3) or ${name}('orders', 3, 7).`,
  });
}

function tableNotConstant(name: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_UNSUPPORTED_EXPRESSION",
    sqlState: "0A000",
    problem: `The first argument of ${name} must be a constant string that names the table.`,
  });
}

function boundOfWrongType(which: "start" | "end"): LakeletError {
  return new LakeletError({
    condition: "DELTA_UNSUPPORTED_EXPRESSION",
    sqlState: "0A000",
    problem: `The ${which} of a range of changes is a version (a whole number) or a time (a timestamp or its text).`,
  });
}

function nullBound(which: "start" | "end"): LakeletError {
  return new LakeletError({
    condition: "DELTA_CDC_READ_NULL_RANGE_BOUNDARY",
    sqlState: "22004",
    problem: `CDC read start/end parameters cannot be null; the ${which} is.`,
    cure: "Provide a valid version or timestamp.",
  });
}

function noStart(): LakeletError {
  return new LakeletError({
    condition: "DELTA_NO_START_FOR_CDC_READ",
    sqlState: "42601",
    problem: "No startingVersion or startingTimestamp provided for CDC read.",
    cure: 'Write option("startingVersion", 0).',
  });
}

function twoBounds(which: "starting" | "ending"): LakeletError {
  return new LakeletError({
    condition: "DELTA_MULTIPLE_CDC_BOUNDARY",
    sqlState: "42614",
    problem: `Multiple ${which} arguments provided for CDC read.`,
    cure: `Provide one of either ${which}Timestamp or ${which}Version.`,
    parameters: { startingOrEnding: which },
  });
}

function invalidBound(option: string, value: string, wanted: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_ILLEGAL_OPTION",
    sqlState: "42616",
    problem: `Invalid value '${value}' for option '${option}', must be ${wanted}.`,
    parameters: { name: option, input: value },
  });
}
