/** histogram_numeric: a histogram of few bins, put together as the values come (Ben-Haim and Tom-Tov). */
import type { EngineLibrary, Value } from "../../engine/engine.js";
import { array, type DataType, DOUBLE, struct } from "../../schema/data-type.js";
import { isDatetime, isIntegral, isNumeric } from "../coercion/coercion.js";
import type { FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { aggregate } from "./aggregate-entry.js";
import { aDouble, anInt, constant, type Expected } from "./argument.js";
import { compileCast } from "./cast.js";
import { outOfRange, unexpectedNull } from "./constant-errors.js";
import { JavaRandom } from "./java-random.js";

const measurable: Expected = {
  text: 'the ("NUMERIC" or "DATE" or "TIMESTAMP") type',
  target: (type) => (isNumeric(type) || isDatetime(type) ? type : aDouble.target(type)),
};

/** A value as the number that is put into bins: days of a date, microseconds of a timestamp. */
function asNumber({ sql, dataType }: Typed): string {
  if (dataType.kind === "date") return `CAST(${sql} - DATE '1970-01-01' AS DOUBLE)`;
  if (isDatetime(dataType)) return `CAST(epoch_us(${sql}) AS DOUBLE)`;
  return `CAST(${sql} AS DOUBLE)`;
}

function fromNumber(sql: string, to: DataType, context: FunctionContext): string {
  if (to.kind === "date") return `(DATE '1970-01-01' + CAST(trunc(${sql}) AS INTEGER))`;
  if (to.kind === "timestamp") return `make_timestamptz(CAST(trunc(${sql}) AS BIGINT))`;
  if (to.kind === "timestamp_ntz") return `make_timestamp(CAST(trunc(${sql}) AS BIGINT))`;
  const number = isIntegral(to) ? `trunc(${sql})` : sql;
  return compileCast({ sql: number, dataType: DOUBLE, nullable: false }, to, "ansi", context).sql;
}

export const histogramFunctions: readonly FunctionEntry[] = [
  aggregate("histogram_numeric", {
    takes: [measurable, anInt],
    gives: ([value]) =>
      array(
        struct([
          { name: "x", dataType: value?.dataType ?? DOUBLE, nullable: true, metadata: {} },
          { name: "y", dataType: DOUBLE, nullable: true, metadata: {} },
        ]),
      ),
    make([value, bins], _modifiers, context, name) {
      const count = constant(bins as Typed, name, "nb");
      if (count === null) throw unexpectedNull(name, "nb");
      if (Number(count) < 2) throw outOfRange(name, "nb", "[2, 2147483647]", count);
      const x = fromNumber("bin.x", value?.dataType ?? DOUBLE, context);
      return {
        call: `list(${asNumber(value as Typed)})`,
        around: `list_transform(spark_histogram({call}, ${count}), lambda bin: struct_pack(x := ${x}, y := bin.y))`,
      };
    },
  }),
];

interface Bin {
  x: number;
  y: number;
}

/** Spark breaks ties by this seed, always the same. */
const SEED = 31183n;

export class Histogram {
  readonly #limit: number;
  readonly #chance = new JavaRandom(SEED);
  readonly bins: Bin[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(value: number): void {
    // NaN is the greatest.
    const at = this.bins.findIndex((bin) => bin.x >= value || Number.isNaN(bin.x));
    const place = at < 0 ? this.bins.length : at;
    const bin = this.bins[place];
    if (bin && (bin.x === value || Number.isNaN(value))) bin.y++;
    else this.bins.splice(place, 0, { x: value, y: 1 });
    if (this.bins.length > this.#limit) this.#merge();
  }

  /** Makes one of the two bins that are closest. */
  #merge(): void {
    let least = Number.NaN;
    let place = 0;
    let ties = 1;
    for (let i = 0; i + 1 < this.bins.length; i++) {
      const distance = (this.bins[i + 1]?.x ?? 0) - (this.bins[i]?.x ?? 0);
      if (i === 0 || distance < least) [least, place, ties] = [distance, i, 1];
      else if (distance === least && this.#chance.nextDouble() <= 1 / ++ties) place = i;
    }
    const [left, right] = [this.bins[place], this.bins[place + 1]];
    if (!left || !right) return;
    const total = left.y + right.y;
    this.bins.splice(place, 2, { x: left.x * (left.y / total) + (right.x / total) * right.y, y: total });
  }
}

function histogramOf(values: readonly (number | null)[], limit: number): Value {
  const histogram = new Histogram(limit);
  for (const value of values) if (value !== null) histogram.add(value);
  return histogram.bins.length === 0 ? null : histogram.bins.map(({ x, y }) => ({ x, y }));
}

export const histogramLibrary: EngineLibrary = {
  macros: {},
  functions: [
    {
      name: "spark_histogram",
      parameters: ["DOUBLE[]", "INTEGER"],
      returns: "STRUCT(x DOUBLE, y DOUBLE)[]",
      call: (values, limit) => histogramOf(values as readonly (number | null)[], Number(limit)),
    },
  ],
};
