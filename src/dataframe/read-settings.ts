/** What `spark.read` and `spark.readStream` are told in the same words: format, options and schema. */
import type { StructType } from "../schema/data-type.js";
import { schemaText } from "../schema/type-text.js";

export type OptionValue = string | number | boolean;

export interface ReadSettings {
  readonly format: string;
  /** By lower-case name. */
  readonly options: Readonly<Record<string, string>>;
  readonly schemaDdl?: string;
}

export const NOTHING_SET: ReadSettings = { format: "delta", options: {} };

/** Each method gives a new reader; the one that is asked stays as it is. */
export abstract class ReadSettingsBuilder<Reader> {
  constructor(protected readonly settings: ReadSettings) {}

  protected abstract with(changes: Partial<ReadSettings>): Reader;

  /** delta (the default), csv, json, parquet or text; of a stream also cloudFiles. */
  format(format: string): Reader {
    return this.with({ format: format.toLowerCase() });
  }
  /** An option by its published name, letter case aside: `header`, `sep`, `versionAsOf`, `cloudFiles.schemaHints` ... */
  option(key: string, value: OptionValue): Reader {
    return this.options({ [key]: value });
  }
  options(options: Readonly<Record<string, OptionValue>>): Reader {
    const added = Object.entries(options).map(([key, value]) => [key.toLowerCase(), String(value)] as const);
    return this.with({ options: { ...this.settings.options, ...Object.fromEntries(added) } });
  }
  /** DDL text or a StructType; without one the schema is that of the files, or inferred; of a stream it takes up new columns, too. */
  schema(schema: string | StructType): Reader {
    return this.with({ schemaDdl: typeof schema === "string" ? schema : schemaText(schema) });
  }
}
