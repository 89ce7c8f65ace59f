/** `spark.read`: tables and files as DataFrames. */
import type { StructType } from "../schema/data-type.js";
import { schemaText } from "../schema/type-text.js";
import { nameParts } from "./column.js";
import { DataFrame } from "./data-frame.js";
import { type PlanNode, planNode } from "./plan-id.js";
import type { QueryExecutor } from "./query-executor.js";

/**
 * @example
 * spark.read.format("csv").option("header", true).schema("order_id BIGINT, amount DECIMAL(10,2)").load("/Volumes/main/default/orders")
 */
export class DataFrameReader {
  constructor(
    private readonly executor: QueryExecutor,
    private readonly settings: {
      readonly format: string;
      readonly options: Readonly<Record<string, string>>;
      readonly schemaDdl?: string;
    } = { format: "delta", options: {} },
  ) {}

  format(format: string): DataFrameReader {
    return this.with({ format: format.toLowerCase() });
  }
  option(key: string, value: string | number | boolean): DataFrameReader {
    return this.with({ options: { ...this.settings.options, [key.toLowerCase()]: String(value) } });
  }
  options(options: Readonly<Record<string, string | number | boolean>>): DataFrameReader {
    return Object.entries(options).reduce<DataFrameReader>((reader, [key, value]) => reader.option(key, value), this);
  }
  /** DDL text or a StructType; without one the schema is that of the files, or inferred. */
  schema(schema: string | StructType): DataFrameReader {
    return this.with({ schemaDdl: typeof schema === "string" ? schema : schemaText(schema) });
  }

  /** Files and folders, globs allowed; of a Delta table its folder. */
  load(...paths: (string | readonly string[])[]): DataFrame {
    const { format, options, schemaDdl } = this.settings;
    const list = paths.flat() as string[];
    const first = list[0];
    if (format === "delta" && first !== undefined && list.length === 1) {
      return this.frame({ kind: "table", name: ["delta", first], options });
    }
    return this.frame({
      kind: "files",
      format,
      paths: list,
      options,
      ...(schemaDdl === undefined ? {} : { schemaDdl }),
    });
  }
  table(name: string): DataFrame {
    return this.frame({ kind: "table", name: nameParts(name), options: this.settings.options });
  }
  csv(...paths: (string | readonly string[])[]): DataFrame {
    return this.format("csv").load(...paths);
  }
  json(...paths: (string | readonly string[])[]): DataFrame {
    return this.format("json").load(...paths);
  }
  parquet(...paths: (string | readonly string[])[]): DataFrame {
    return this.format("parquet").load(...paths);
  }
  text(...paths: (string | readonly string[])[]): DataFrame {
    return this.format("text").load(...paths);
  }

  private frame(node: PlanNode): DataFrame {
    return new DataFrame(planNode(node), this.executor);
  }
  private with(changes: Partial<DataFrameReader["settings"]>): DataFrameReader {
    return new DataFrameReader(this.executor, { ...this.settings, ...changes });
  }
}
