/** window(): tumbling windows of timestamps as struct<start, end>. */
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

/** `10 minutes`, `1 hour 30 minutes`, with or without INTERVAL, as microseconds. */
function duration(argument: Argument | undefined, name: string, index: number, context: FunctionContext): bigint {
  const typed = accept(argument as Argument, aString, name, index, context);
  const text = constant(typed, name, "duration") ?? "";
  const parts = [...text.replace(/^\s*interval\b/i, "").matchAll(/\s*([+-]?\d+)\s+([a-z]+?)s?(?=\s|$)/gi)];
  const units = parts.map(([, count, unit]) => {
    const size = MICROS[(unit ?? "").toLowerCase()];
    return size === undefined ? undefined : BigInt(count ?? 0) * size;
  });
  if (parts.length === 0 || units.some((one) => one === undefined)) {
    throw unsupportedFeature(`\`${name}\` does not understand the duration '${text}'.`, "Write it as '10 minutes'.");
  }
  return units.reduce<bigint>((sum, one) => sum + (one ?? 0n), 0n);
}

function compileWindow(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2, 4);
  const time = accept(args[0] as Argument, aClock, name, 0, context);
  const size = duration(args[1], name, 1, context);
  const slide = args[2] ? duration(args[2], name, 2, context) : size;
  const offset = args[3] ? duration(args[3], name, 3, context) : 0n;
  if (slide !== size) {
    throw unsupportedFeature(
      "Sliding windows are not supported.",
      "Use tumbling ones, or join with a sequence of starts.",
    );
  }
  const micros = `epoch_us(${time.sql})`;
  const start = `(${micros} - ((${micros} - ${offset}) % ${size} + ${size}) % ${size})`;
  const make = time.dataType.kind === "timestamp" ? "make_timestamptz" : "make_timestamp";
  const type = time.dataType.kind === "timestamp" ? TIMESTAMP : time.dataType;
  const gives: StructType = struct([field("start", type), field("end", type)]);
  const sql = `CASE WHEN ${time.sql} IS NOT NULL THEN struct_pack("start" := ${make}(${start}), "end" := ${make}(${start} + ${size})) END`;
  return typedFrom([time], `(${sql})`, gives);
}

export const timeWindowFunctions: readonly FunctionEntry[] = [
  { kind: "scalar", names: ["window"], compile: compileWindow },
  {
    kind: "scalar",
    names: ["window_time"],
    compile(args, context, name) {
      expectCount(args, name, 1);
      const window = accept(args[0] as Argument, { text: "a window", target: (type) => type }, name, 0, context);
      return typedFrom([window], `make_timestamptz(epoch_us(struct_extract(${window.sql}, 'end')) - 1)`, TIMESTAMP);
    },
  },
  { kind: "refused", names: ["session_window"], alternative: "lag() and a running sum over the gaps" },
];
