/** What run-now may give beside job parameters: the deprecated parameters for all tasks of one type, by the Jobs API's names. */
import { z } from "zod";
import { LakeletError } from "../errors/lakelet-error.js";

const texts = z.record(z.string(), z.string());
const list = z.array(z.string());

export const runParameters = z.strictObject({
  dbt_commands: list.optional(),
  jar_params: list.optional(),
  notebook_params: texts.optional(),
  pipeline_params: z
    .strictObject({
      full_refresh: z.boolean().optional(),
      full_refresh_selection: list.optional(),
      refresh_selection: list.optional(),
      reset_checkpoint_selection: list.optional(),
    })
    .optional(),
  python_named_params: texts.optional(),
  python_params: list.optional(),
  spark_submit_params: list.optional(),
  sql_params: texts.optional(),
});
export type RunParameters = z.infer<typeof runParameters>;

/** Of the JSON of each kind, as the Jobs API limits it. */
const MAX_BYTES = 10_000;

/** Throws `INVALID_RUN_PARAMETERS` for kinds that exclude each other, and for one that is too long. */
export function checkRunParameters(given: RunParameters): void {
  if (given.notebook_params && given.jar_params) {
    throw invalid("notebook_params and jar_params exclude each other.", "Use job parameters: they reach all tasks.");
  }
  for (const [kind, value] of Object.entries(given)) {
    const bytes = Buffer.byteLength(JSON.stringify({ [kind]: value }));
    if (bytes <= MAX_BYTES) continue;
    throw invalid(
      `${kind} has ${bytes} bytes as JSON: the Jobs API takes 10,000.`,
      "Write the data to a table or a file, and give its name.",
    );
  }
}

function invalid(problem: string, cure: string): LakeletError {
  return new LakeletError({ condition: "INVALID_RUN_PARAMETERS", sqlState: "42000", problem, cure });
}
