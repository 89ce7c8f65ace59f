/** `spark.read`: tables and files as DataFrames. */
import { LakeletError } from "../errors/lakelet-error.js";
import type { StructType } from "../schema/data-type.js";
import { nameParts } from "./column.js";
import { DataFrame } from "./data-frame.js";
import { type PlanNode, planNode } from "./plan-id.js";
import type { QueryExecutor } from "./query-executor.js";
import { NOTHING_SET, type OptionValue, type ReadSettings, ReadSettingsBuilder } from "./read-settings.js";
import { refusedMember } from "./refused-member.js";

/** PySpark's keywords: Spark's options of the format, and `schema`. */
export type ReadOptions = Readonly<Record<string, OptionValue>> | { readonly schema: string | StructType };

/** Files, folders or globs, and last the keywords. */
type ReadArguments = readonly (string | readonly string[] | ReadOptions)[];

const FILE_FORMATS = ["csv", "json", "parquet", "text"];

/**
 * @example
 * spark.read.format("csv").option("header", true).schema("order_id BIGINT, amount DECIMAL(10,2)").load("/Volumes/main/default/orders")
 * spark.read.csv("/Volumes/main/default/orders", { header: true, inferSchema: true })
 */
export class DataFrameReader extends ReadSettingsBuilder<DataFrameReader> {
  constructor(
    private readonly executor: QueryExecutor,
    settings: ReadSettings = NOTHING_SET,
  ) {
    super(settings);
  }

  /** Files and folders, globs allowed; of a Delta table its folder. Throws DATA_SOURCE_NOT_FOUND. */
  load(...paths: ReadArguments): DataFrame {
    const { reader, list } = this.withArguments(paths);
    return reader.frame(reader.node(list));
  }
  /** A table or view by name; options as of {@link load}. */
  table(name: string): DataFrame {
    return this.frame({ kind: "table", name: nameParts(name), options: this.settings.options });
  }
  csv(...paths: ReadArguments): DataFrame {
    return this.format("csv").load(...paths);
  }
  /** A JSON record a line, unless the option multiLine is true. */
  json(...paths: ReadArguments): DataFrame {
    return this.format("json").load(...paths);
  }
  parquet(...paths: ReadArguments): DataFrame {
    return this.format("parquet").load(...paths);
  }
  /** A row a line, in the column `value`. */
  text(...paths: ReadArguments): DataFrame {
    return this.format("text").load(...paths);
  }
  orc(..._: readonly unknown[]): never {
    throw refusedMember("READ_FORMAT", "DataFrameReader.orc", "Convert the files to Parquet.");
  }
  xml(..._: readonly unknown[]): never {
    throw refusedMember(
      "READ_FORMAT",
      "DataFrameReader.xml",
      "Read the files as text, and take them apart by xpath functions.",
    );
  }
  jdbc(..._: readonly unknown[]): never {
    throw refusedMember("READ_FORMAT", "DataFrameReader.jdbc", "Export the rows to files, and read those.");
  }

  private node(given: readonly string[]): PlanNode {
    const { path, ...options } = this.settings.options;
    const paths = given.length > 0 || path === undefined ? given : [path];
    const { format, schemaDdl } = this.settings;
    const [first] = paths;
    if (format === "delta") {
      if (schemaDdl !== undefined) throw schemaOfDelta();
      if (first === undefined || paths.length > 1) throw onePathOfDelta(paths.length);
      return { kind: "table", name: ["delta", first], options };
    }
    if (!FILE_FORMATS.includes(format)) throw unknownFormat(format);
    if (first === undefined) throw noPath(format);
    return { kind: "files", format, paths, options, ...(schemaDdl === undefined ? {} : { schemaDdl }) };
  }

  private withArguments(paths: ReadArguments): { readonly reader: DataFrameReader; readonly list: readonly string[] } {
    let reader: DataFrameReader = this;
    const list: string[] = [];
    for (const one of paths) {
      if (typeof one === "string") list.push(one);
      else if (isPaths(one)) list.push(...one);
      else reader = reader.withKeywords(one);
    }
    return { reader, list };
  }

  private withKeywords(keywords: ReadOptions): DataFrameReader {
    return Object.entries(keywords).reduce<DataFrameReader>(
      (reader, [key, value]) =>
        key === "schema" ? reader.schema(value as string | StructType) : reader.option(key, value as OptionValue),
      this,
    );
  }

  private frame(node: PlanNode): DataFrame {
    return new DataFrame(planNode(node), this.executor);
  }
  protected with(changes: Partial<ReadSettings>): DataFrameReader {
    return new DataFrameReader(this.executor, { ...this.settings, ...changes });
  }
}

function isPaths(one: ReadArguments[number]): one is readonly string[] {
  return Array.isArray(one);
}

function unknownFormat(format: string): LakeletError {
  return new LakeletError({
    condition: "DATA_SOURCE_NOT_FOUND",
    sqlState: "42K02",
    problem: `Failed to find the data source: ${format}.`,
    cure: `Known formats are delta, ${FILE_FORMATS.join(", ")}.`,
    parameters: { provider: format },
  });
}

function noPath(format: string): LakeletError {
  return new LakeletError({
    condition: "UNABLE_TO_INFER_SCHEMA",
    sqlState: "42KD9",
    problem: `Unable to infer schema for ${format.toUpperCase()}: no path is given.`,
    cure: 'Name files or folders: load("/Volumes/main/default/orders").',
  });
}

function schemaOfDelta(): LakeletError {
  return new LakeletError({
    condition: "DELTA_UNSUPPORTED_SCHEMA_DURING_READ",
    sqlState: "0AKDC",
    problem: "Delta does not support specifying the schema at read time.",
    cure: "Leave schema(...) out: a table has its own.",
  });
}

function onePathOfDelta(count: number): LakeletError {
  return new LakeletError({
    condition: "DELTA_PATH_DOES_NOT_EXIST",
    sqlState: "42K03",
    problem: `A Delta table is read by one path, not ${count}.`,
    cure: 'Write load("/path/of/the/table"), or table("name").',
  });
}
