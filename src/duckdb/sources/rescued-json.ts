/** Auto Loader's rescued data: what of a JSON record has no place in the schema, as JSON with the path of the file. */
import type { StructField } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";

/**
 * Engine SQL over `record`: NULL where all of the record has its place.
 * @param misfits for each column engine SQL that is true where its value does not fit
 * @param path engine SQL of the file's path
 */
export function rescuedJson(
  columns: readonly StructField[],
  misfits: ReadonlyMap<string, string>,
  path: string,
): string {
  const names = columns.map(({ name }) => engineString(name)).join(", ");
  const unknown = `list_filter(json_keys(record), lambda k: NOT list_contains([${names}]::VARCHAR[], k))`;
  const unfit = [...misfits]
    .filter(([, misfit]) => misfit !== "false")
    .map(([name, misfit]) => `CASE WHEN ${misfit} THEN ${engineString(name)} END`);
  const keys = `list_concat(${unknown}, list_filter([${unfit.join(", ")}]::VARCHAR[], lambda k: k IS NOT NULL))`;
  // As a JSON pointer, in which any key can be written.
  const value = `json_extract(record, '/' || replace(replace(k, '~', '~0'), '/', '~1'))`;
  const entry = `CAST(to_json(k) AS VARCHAR) || ':' || CAST(${value} AS VARCHAR)`;
  const entries = `array_to_string(list_transform(${keys}, lambda k: ${entry}), ',')`;
  return `CASE WHEN len(${keys}) > 0 THEN '{' || ${entries} || ',"_file_path":' || CAST(to_json('file://' || ${path}) AS VARCHAR) || '}' END`;
}
