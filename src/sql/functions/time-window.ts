/** window() and window_time(): tumbling and sliding windows of timestamps as struct<start, end>. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { field, type StructType, struct, TIMESTAMP } from "../../schema/data-type.js";
import type { Argument, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { accept, aString, constant, expectCount, typedFrom } from "./argument.js";
import { aClock } from "./date-fields.js";
import { unsupportedFeature } from "./function-errors.js";

const MICROS: Readonly<Record<string, bigint>> = {
  week: 604_800_000_000n,
  day: 86_400_000_000n,
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1_000_000n,
  millisecond: 1_000n,
  microsecond: 1n,
};

/** The counts and units (lower case, without s) of `1 hour 30 minutes`, with or without INTERVAL; none where the text is no duration. */
export function durationParts(text: string): readonly { readonly count: string; readonly unit: string }[] {
  const bare = text.replace(/^\s*interval\b/i, "").trim();
  if (!/^([+-]?\d+\s+[a-z]+\s*)+$/i.test(bare)) return [];
  return [...bare.matchAll(/([+-]?\d+)\s+([a-z]+?)s?(?=\s|$)/gi)].map(([, count = "0", unit = ""]) => ({
    count,
    unit: unit.toLowerCase(),
  }));
}

/** `10 minutes`, `1 hour 30 minutes` as microseconds. */
function duration(argument: Argument | undefined, name: string, index: number, context: FunctionContext): bigint {
  const typed = accept(argument as Argument, aString, name, index, context);
  const text = constant(typed, name, "duration") ?? "";
  const parts = durationParts(text);
  const units = parts.map(({ count, unit }) => {
    const size = MICROS[unit];
    return size === undefined ? undefined : BigInt(count) * size;
  });
  if (parts.length === 0 || units.some((one) => one === undefined)) {
    throw unsupportedFeature(`\`${name}\` does not understand the duration '${text}'.`, "Write it as '10 minutes'.");
  }
  return units.reduce<bigint>((sum, one) => sum + (one ?? 0n), 0n);
}

interface WindowCall {
  readonly time: Typed;
  readonly size: bigint;
  readonly slide: bigint;
  readonly offset: bigint;
}

/** Throws DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE, .PARAMETER_CONSTRAINT_VIOLATION. */
function windowCall(args: readonly Argument[], context: FunctionContext, name: string): WindowCall {
  expectCount(args, name, 2, 4);
  const time = timeOf(args[0] as Argument, name, context);
  const size = duration(args[1], name, 1, context);
  const slide = args[2] ? duration(args[2], name, 2, context) : size;
  const offset = args[3] ? duration(args[3], name, 3, context) : 0n;
  const outOfRange = size <= 0n ? "window_duration" : slide <= 0n ? "slide_duration" : undefined;
  if (outOfRange) throw mismatch("VALUE_OUT_OF_RANGE", `The ${outOfRange} of \`${name}\` must be more than 0.`);
  const tooLong = slide > size ? ["slide_duration", "window_duration"] : undefined;
  const tooLate = (offset < 0n ? -offset : offset) >= slide ? ["start_time", "slide_duration"] : undefined;
  const [one, other] = tooLong ?? tooLate ?? [];
  if (one !== undefined) {
    throw mismatch("PARAMETER_CONSTRAINT_VIOLATION", `The ${one} of \`${name}\` must not be more than its ${other}.`);
  }
  return { time, size, slide, offset };
}

function mismatch(kind: string, problem: string): LakeletError {
  const cure = "Check the durations: a slide is no longer than its window, a start is shorter than the slide.";
  return new LakeletError({ condition: `DATATYPE_MISMATCH.${kind}`, sqlState: "42K09", problem, cure });
}

/** A time; that of a window is the last one in it. */
function timeOf(argument: Argument, name: string, context: FunctionContext): Typed {
  if ("dataType" in argument && argument.dataType.kind === "struct" && isWindow(argument.dataType)) {
    return lastTimeIn(argument);
  }
  return accept(argument, aClock, name, 0, context);
}

function isWindow({ fields }: StructType): boolean {
  return fields.map((one) => one.name.toLowerCase()).join() === "start,end";
}

function lastTimeIn(window: Typed): Typed {
  const end = window.dataType.kind === "struct" ? window.dataType.fields[1]?.dataType : undefined;
  const local = end?.kind === "timestamp_ntz";
  const micros = `epoch_us(struct_extract(${window.sql}, 'end')) - 1`;
  return typedFrom([window], `${local ? "make_timestamp" : "make_timestamptz"}(${micros})`, local ? end : TIMESTAMP);
}

/** The window that begins `back` slides before the last one that has begun. */
function windowSql({ time, size, slide, offset }: WindowCall, back: string): string {
  const micros = `epoch_us(${time.sql})`;
  const start = `(${micros} - ((${micros} - ${offset}) % ${slide} + ${slide}) % ${slide} - ${back})`;
  const make = time.dataType.kind === "timestamp" ? "make_timestamptz" : "make_timestamp";
  return `struct_pack("start" := ${make}(${start}), "end" := ${make}(${start} + ${size}))`;
}

function windowType({ time }: WindowCall): StructType {
  const type = time.dataType.kind === "timestamp" ? TIMESTAMP : time.dataType;
  return struct([field("start", type), field("end", type)]);
}

/** What a call of window() gives for a row: engine SQL of a list of windows, or of the only one where they do not overlap. */
export interface RowWindows {
  readonly time: Typed;
  readonly dataType: StructType;
  readonly sql: string;
  readonly several: boolean;
}

export function rowWindows(args: readonly Argument[], context: FunctionContext, name: string): RowWindows {
  const call = windowCall(args, context, name);
  const { time, size, slide } = call;
  const dataType = windowType(call);
  if (size === slide) return { time, dataType, sql: windowSql(call, "0"), several: false };
  const overlapping = (size + slide - 1n) / slide;
  const all = `list_transform(range(0, ${overlapping}), lambda slides: ${windowSql(call, `slides * ${slide}`)})`;
  const holds = `list_filter(${all}, lambda one: ${time.sql} < struct_extract(one, 'end'))`;
  const sql = size % slide === 0n ? all : holds;
  return { time, dataType, sql: `CASE WHEN ${time.sql} IS NOT NULL THEN ${sql} ELSE [] END`, several: true };
}

function compileWindow(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  const { time, dataType, sql, several } = rowWindows(args, context, name);
  if (several) {
    throw unsupportedFeature(
      "Sliding windows cannot stand here: they make several rows of one.",
      "Use them in the SELECT list or in GROUP BY of a subquery.",
    );
  }
  return typedFrom([time], `(CASE WHEN ${time.sql} IS NOT NULL THEN ${sql} END)`, dataType);
}

export const timeWindowFunctions: readonly FunctionEntry[] = [
  { kind: "scalar", names: ["window"], compile: compileWindow },
  {
    kind: "scalar",
    names: ["session_window"],
    compile() {
      throw unsupportedFeature(
        "`session_window` cannot stand here.",
        "Use it in the SELECT list or in GROUP BY of a subquery.",
      );
    },
  },
  {
    kind: "scalar",
    names: ["window_time"],
    compile(args, context, name) {
      expectCount(args, name, 1);
      const window = { text: "a window", target: (type: Typed["dataType"]) => type };
      return lastTimeIn(accept(args[0] as Argument, window, name, 0, context));
    },
  },
];
