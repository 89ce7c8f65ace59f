/** Query results of numbers, dates and times as Arrow, straight from the engine's vectors: a quarter of the time of the way through a file. */
import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";
import type { DataType as ArrowType, Data, RecordBatch } from "apache-arrow";
import type { DataType, StructType } from "../schema/data-type.js";

type Arrow = typeof import("apache-arrow");
type Items = Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array;

/** The engine's and Arrow's vectors of these types have the same bytes. */
const TYPES: Readonly<Partial<Record<DataType["kind"], (arrow: Arrow) => ArrowType>>> = {
  byte: (arrow) => new arrow.Int8(),
  short: (arrow) => new arrow.Int16(),
  integer: (arrow) => new arrow.Int32(),
  long: (arrow) => new arrow.Int64(),
  float: (arrow) => new arrow.Float32(),
  double: (arrow) => new arrow.Float64(),
  date: (arrow) => new arrow.DateDay(),
  timestamp: (arrow) => new arrow.TimestampMicrosecond("UTC"),
  timestamp_ntz: (arrow) => new arrow.TimestampMicrosecond(),
};
/** Rows of a record batch at most. */
const BATCH_ROWS = 64 * 2048;

/** True where all columns can be taken as they are. */
export function hasPlainVectors(schema: StructType): boolean {
  return schema.fields.length > 0 && schema.fields.every((one) => TYPES[one.dataType.kind] !== undefined);
}

/** Arrow IPC stream bytes of a query whose columns are exactly of the schema's types, which {@link hasPlainVectors}. */
export async function plainArrowStream(
  connection: DuckDBConnection,
  sql: string,
  { fields }: StructType,
): Promise<Uint8Array> {
  const arrow = await import("apache-arrow");
  const types = fields.map((one) => TYPES[one.dataType.kind]?.(arrow) ?? new arrow.Null());
  const schema = new arrow.Schema(
    fields.map((one, i) => new arrow.Field(one.name, types[i] ?? new arrow.Null(), true)),
  );
  const result = await connection.stream(sql);
  const batches: RecordBatch[] = [];
  let columns = types.map(() => new GrowingColumn());
  const finish = (): void => {
    const length = columns[0]?.length ?? 0;
    if (length === 0) return;
    const children = columns.map((one, i) => one.data(arrow, types[i] ?? new arrow.Null()));
    const data = arrow.makeData({ type: new arrow.Struct(schema.fields), length, nullCount: 0, children });
    batches.push(new arrow.RecordBatch(schema, data));
    columns = types.map(() => new GrowingColumn());
  };
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    if ((columns[0]?.length ?? 0) + chunk.rowCount > BATCH_ROWS) finish();
    for (const [i, column] of columns.entries()) column.append(chunk.getColumnVector(i));
  }
  finish();
  return arrow.tableToIPC(new arrow.Table(schema, batches), "stream");
}

/** The values of one column of a batch. */
class GrowingColumn {
  #items: Items | undefined;
  /** Bits of the rows that are not NULL; undefined as long as all are. */
  #valid: Uint8Array | undefined;
  #nulls = 0;
  length = 0;

  append(vector: DuckDBVector): void {
    const items = itemsOf(vector);
    this.#items ??= newItems(items);
    this.#items.set(items as never, this.length);
    if (hasNulls(vector)) this.#markNulls(vector);
    this.length += items.length;
  }

  #markNulls(vector: DuckDBVector): void {
    this.#valid ??= new Uint8Array(BATCH_ROWS / 8).fill(0xff);
    for (let i = 0; i < vector.itemCount; i++) {
      if (vector.getItem(i) !== null) continue;
      const at = this.length + i;
      this.#valid[at >> 3] = (this.#valid[at >> 3] ?? 0) & ~(1 << (at & 7));
      this.#nulls++;
    }
  }

  data(arrow: Arrow, type: ArrowType): Data {
    const { length } = this;
    const values = { type, length, nullCount: this.#nulls, data: this.#items?.subarray(0, length) };
    const nulls = this.#valid ? { nullBitmap: this.#valid } : {};
    return arrow.makeData({ ...values, ...nulls } as never);
  }
}

function newItems(like: Items): Items {
  const make = like.constructor as new (length: number) => Items;
  return new make(BATCH_ROWS);
}

/** The memory of a vector, as long as its chunk lives. The library keeps it to itself in types only. */
function itemsOf(vector: DuckDBVector): Items {
  const items: unknown = Reflect.get(vector, "items");
  if (ArrayBuffer.isView(items) && "length" in items) return items as Items;
  throw new TypeError(`A vector of ${vector.type} does not hold plain values.`);
}

function hasNulls(vector: DuckDBVector): boolean {
  const validity: unknown = Reflect.get(vector, "validity");
  return typeof validity === "object" && validity !== null && Reflect.get(validity, "data") !== null;
}
