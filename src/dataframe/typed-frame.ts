/** `df.as(schema)`: a DataFrame whose rows are checked by a schema of zod when they come out, and are of its type. */
import type { Row } from "../engine/engine.js";
import { type RowSchema, typedRows } from "./row-schema.js";

/** What a typed DataFrame needs of the one below it. */
interface RowSource {
  collect(): Promise<readonly Row[]>;
  take(count: number): Promise<readonly Row[]>;
  toLocalIterator(): AsyncIterable<Row>;
}

/**
 * @example
 * const Order = z.object({ id: z.bigint(), status: z.enum(["new", "paid"]) });
 * for await (const order of spark.table("orders").as(Order)) console.log(order.status);
 */
export class TypedFrame<Typed> implements AsyncIterable<Typed> {
  constructor(
    private readonly source: RowSource,
    private readonly schema: RowSchema<Typed>,
  ) {}

  /** Throws ROW_SCHEMA_MISMATCH. */
  async collect(): Promise<readonly Typed[]> {
    return typedRows(await this.source.collect(), this.schema);
  }
  async take(count: number): Promise<readonly Typed[]> {
    return typedRows(await this.source.take(count), this.schema);
  }
  async first(): Promise<Typed | undefined> {
    return (await this.take(1))[0];
  }
  async *toLocalIterator(): AsyncIterable<Typed> {
    for await (const row of this.source.toLocalIterator()) yield* typedRows([row], this.schema);
  }
  [Symbol.asyncIterator](): AsyncIterator<Typed> {
    return this.toLocalIterator()[Symbol.asyncIterator]();
  }
}
