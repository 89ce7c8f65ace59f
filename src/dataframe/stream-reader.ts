/** `spark.readStream`: tables and files as streams, whose new rows the flows of pipelines read. */
import { LakeletError } from "../errors/lakelet-error.js";
import { nameParts } from "./column.js";
import { DataFrame } from "./data-frame.js";
import type { StreamSource } from "./plan.js";
import { planNode } from "./plan-id.js";
import type { QueryExecutor } from "./query-executor.js";
import { NOTHING_SET, type ReadSettings, ReadSettingsBuilder } from "./read-settings.js";

const FILE_FORMATS = ["cloudfiles", "csv", "json", "parquet", "text"];

/**
 * @example
 * spark.readStream.table("bronze_orders")
 * spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").load("/Volumes/main/default/orders")
 */
export class DataStreamReader extends ReadSettingsBuilder<DataStreamReader> {
  constructor(
    private readonly executor: QueryExecutor,
    settings: ReadSettings = NOTHING_SET,
  ) {
    super(settings);
  }

  /** A table by name: first its rows as they are, then those that commits append. */
  table(name: string): DataFrame {
    return this.frame({ kind: "table", name: nameParts(name) });
  }
  /** A folder or glob, whose files are read once each; of a Delta table its folder. Throws DATA_SOURCE_NOT_FOUND. */
  load(path?: string): DataFrame {
    const { format, options, schemaDdl } = this.settings;
    const from = path ?? options.path;
    if (from === undefined) throw noPath(format);
    if (format === "delta") return this.frame({ kind: "table", name: ["delta", from] });
    if (!FILE_FORMATS.includes(format)) throw unknownFormat(format);
    return this.frame({ kind: "files", format, path: from, ...(schemaDdl === undefined ? {} : { schemaDdl }) });
  }
  csv(path: string): DataFrame {
    return this.format("csv").load(path);
  }
  json(path: string): DataFrame {
    return this.format("json").load(path);
  }
  parquet(path: string): DataFrame {
    return this.format("parquet").load(path);
  }
  text(path: string): DataFrame {
    return this.format("text").load(path);
  }

  private frame(source: StreamSource): DataFrame {
    const { path: _, ...options } = this.settings.options;
    return new DataFrame(planNode({ kind: "stream", source, options }), this.executor);
  }
  protected with(changes: Partial<ReadSettings>): DataStreamReader {
    return new DataStreamReader(this.executor, { ...this.settings, ...changes });
  }
}

function unknownFormat(format: string): LakeletError {
  return new LakeletError({
    condition: "DATA_SOURCE_NOT_FOUND",
    sqlState: "42K02",
    problem: `Failed to find the data source: ${format}.`,
    cure: "Streams read delta, cloudFiles, csv, json, parquet and text.",
    parameters: { provider: format },
  });
}

function noPath(format: string): LakeletError {
  return new LakeletError({
    condition: "DATA_SOURCE_NOT_EXIST",
    sqlState: "42K02",
    problem: `'path' is not specified for the stream of the format ${format}.`,
    cure: 'Name a folder: load("/Volumes/main/default/orders").',
  });
}
