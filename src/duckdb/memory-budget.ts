/** What a memory limit leaves for each thread: how many threads may work, and how many rows a writer may hold before it writes them. */
import type { DataType, StructType } from "../schema/data-type.js";

/**
 * A reader holds all columns of a row group decompressed, and that does not spill. Two threads that wrote rows of 450 bytes again ran out
 * of 256 MB, one did not; the engine's own rule of thumb, 125 MB, is not enough for such rows.
 */
const LEAST_BYTES_PER_THREAD = 200_000_000;

/** The engine's size of a row group. */
const MOST_ROWS = 122_880;
const FEWEST_ROWS = 2048;

/** A row group is held as rows and once more as encoded pages; what it is read from, and joins, need room, too. */
const SHARE_OF_ROW_GROUP = 8;

const UNITS: Readonly<Record<string, number>> = {
  bytes: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

export class MemoryBudget {
  private constructor(
    readonly threads: number,
    private readonly limit: number,
  ) {}

  /** @param limit The engine's setting as it tells it: `95.3 MiB`. */
  static of(limit: string, threads: number): MemoryBudget {
    const [number = "", unit = ""] = limit.split(" ");
    const bytes = Number(number) * (UNITS[unit] ?? Number.NaN);
    if (Number.isNaN(bytes)) return new MemoryBudget(threads, Number.POSITIVE_INFINITY);
    return new MemoryBudget(Math.max(1, Math.min(threads, Math.floor(bytes / LEAST_BYTES_PER_THREAD))), bytes);
  }

  /** Rows of a row group; undefined: the engine's own number. */
  rowGroupSize(schema: StructType): number | undefined {
    const share = this.limit / this.threads / SHARE_OF_ROW_GROUP;
    const rows = Math.floor(share / typicalBytes(schema) / FEWEST_ROWS) * FEWEST_ROWS;
    return rows >= MOST_ROWS ? undefined : Math.max(FEWEST_ROWS, rows);
  }
}

/** Of a value in memory. Texts are of any length: a guess that does for names, codes and sentences. */
function typicalBytes(type: DataType): number {
  switch (type.kind) {
    case "struct":
      return type.fields.reduce((sum, { dataType }) => sum + typicalBytes(dataType), 1);
    case "array":
      return 16 + 4 * typicalBytes(type.elementType);
    case "map":
      return 16 + 4 * (typicalBytes(type.keyType) + typicalBytes(type.valueType));
    case "string":
    case "binary":
    case "variant":
      return 48;
    default:
      return 8;
  }
}
