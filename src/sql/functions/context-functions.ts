/** What a query may ask of its surroundings: catalog, schema, user, file, row number. */
import type { EngineLibrary } from "../../engine/engine.js";
import { INTEGER, LONG, STRING } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import type { FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { expectCount } from "./argument.js";
import { unsupportedFeature } from "./function-errors.js";

function asked(names: string, value: (context: FunctionContext) => Typed): FunctionEntry {
  return {
    kind: "scalar",
    names: names.split(" "),
    compile(args, context, name) {
      expectCount(args, name, 0);
      return value(context);
    },
  };
}

function text(value: string): Typed {
  return { sql: engineString(value), dataType: STRING, nullable: false, literal: { value } };
}

/** The Spark version whose answers these are. */
const SPARK_VERSION = "4.0.1 lakelet";

export const contextFunctions: readonly FunctionEntry[] = [
  asked("current_catalog", (context) => text(context.currentCatalog)),
  asked("current_schema current_database", (context) => text(context.currentSchema)),
  asked("current_user user session_user", (context) => text(context.currentUser)),
  asked("version", () => text(SPARK_VERSION)),
  asked("input_file_name", (context) =>
    context.fileName === undefined
      ? { sql: "''", dataType: STRING, nullable: false }
      : { sql: context.fileName, dataType: STRING, nullable: false },
  ),
  // One partition: 0, 1, 2 ... in the order of the rows.
  asked("monotonically_increasing_id", () => ({
    sql: "(row_number() OVER () - 1)",
    dataType: LONG,
    nullable: false,
    deterministic: false,
  })),
  asked("spark_partition_id", () => ({ sql: "CAST(0 AS INTEGER)", dataType: INTEGER, nullable: false })),
  {
    kind: "scalar",
    names: ["input_file_block_start", "input_file_block_length"],
    compile(args, context, name) {
      expectCount(args, name, 0);
      if (context.fileName !== undefined) {
        throw unsupportedFeature(
          `\`${name}\`: files are not read by blocks.`,
          "Use _metadata.file_path and _metadata.file_size.",
        );
      }
      return { sql: "CAST(-1 AS BIGINT)", dataType: LONG, nullable: false };
    },
  },
];

export const contextLibrary: EngineLibrary = { macros: {}, functions: [] };
