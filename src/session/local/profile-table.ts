/** `profileTable`: what the columns of a table hold, kept in `data_quality_profiles` beside it. */
import { nameParts } from "../../dataframe/column.js";
import { hidesColumn } from "../../quality/hidden-columns.js";
import { profileTable as profile, type TableProfile, withoutValues } from "../../quality/profile/table-profile.js";
import { array, DOUBLE, field, LONG, STRING, struct, TIMESTAMP } from "../../schema/data-type.js";
import { type KeptTable, keepRows, timestampNow } from "./kept-rows.js";
import type { Runtime } from "./runtime.js";
import { existingTable } from "./session-table.js";
import { scanSnapshot } from "./table-scan.js";

/** A row for each column. */
const PROFILES: KeptTable = {
  name: "data_quality_profiles",
  schema: struct([
    field("profile_id", STRING),
    field("job_run_id", STRING),
    field("task_key", STRING),
    field("table_name", STRING),
    field("table_version", LONG),
    field("column_position", LONG),
    field("column_name", STRING),
    field("data_type", STRING),
    field("rows", LONG),
    field("nulls", LONG),
    field("distinct_values", LONG),
    field("min_value", STRING),
    field("max_value", STRING),
    field("min_length", LONG),
    field("max_length", LONG),
    field("mean", DOUBLE),
    field("stddev", DOUBLE),
    field("quantiles", array(DOUBLE)),
    field("histogram", array(LONG)),
    field("top_values", array(struct([field("value", STRING), field("count", LONG)]))),
    field("timestamp", TIMESTAMP),
  ]),
};

/** Throws TABLE_OR_VIEW_NOT_FOUND, EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE. */
export async function profileTable(runtime: Runtime, name: string): Promise<TableProfile> {
  const table = await existingTable(runtime, nameParts(name));
  const snapshot = await runtime.log(table.location).snapshot();
  const { sql } = await scanSnapshot(runtime, snapshot, { withFile: false, qualifiers: [] });
  const found = await profile(runtime.engine, sql, snapshot.schema);
  const hides = hidesColumn(runtime.state.all());
  const shown = { ...found, columns: found.columns.map((one) => (hides(one.column) ? withoutValues(one) : one)) };
  const { job } = runtime.options;
  const at = timestampNow();
  const id = crypto.randomUUID();
  await keepRows(
    runtime,
    table,
    PROFILES,
    shown.columns.map((one, i) => [
      id,
      job?.jobRunId ?? null,
      job?.taskKey ?? null,
      table.name,
      BigInt(snapshot.version),
      BigInt(i),
      one.column,
      one.type,
      BigInt(shown.rows),
      BigInt(one.nulls),
      whole(one.distinct),
      one.min ?? null,
      one.max ?? null,
      whole(one.minLength),
      whole(one.maxLength),
      one.mean ?? null,
      one.stddev ?? null,
      one.quantiles,
      one.histogram.map(BigInt),
      one.topValues.map(({ value, count }) => ({ value, count: BigInt(count) })),
      at,
    ]),
  );
  return shown;
}

function whole(value: number | undefined): bigint | null {
  return value === undefined ? null : BigInt(value);
}
