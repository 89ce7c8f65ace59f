/** Columns that the folders of a source's files give: `.../day=2024-01-15/part-0.json` has a column `day`. */
import type { OpenedFiles } from "../../engine/engine.js";
import {
  DATE,
  type DataType,
  DOUBLE,
  INTEGER,
  LONG,
  STRING,
  type StructField,
  type StructType,
} from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import { sameName } from "./compiled-plan.js";
import { partitionValues } from "./partition-folders.js";

export interface PartitionColumns {
  readonly fields: readonly StructField[];
  /** Values by the file's path, in the order of the fields. */
  readonly values: ReadonlyMap<string, readonly (string | null)[]>;
}

/** Undefined where no folder is one of a partition. `declared`: the user's schema, which may tell their types. */
export function partitionColumns(
  files: OpenedFiles["files"],
  roots: readonly string[],
  declared: StructType | undefined,
): PartitionColumns | undefined {
  const byFile = new Map(files.map(({ path }) => [path, valuesOf(path, roots)] as const));
  const names = [...new Set([...byFile.values()].flatMap((one) => [...one.keys()]))];
  if (names.length === 0) return undefined;
  const fields = names.map((name): StructField => {
    const given = declared?.fields.find((one) => sameName(one.name, name));
    const found = [...byFile.values()].flatMap((one) => one.get(name) ?? []);
    return given ?? { name, dataType: inferred(found), nullable: true, metadata: {} };
  });
  const values = new Map([...byFile].map(([path, one]) => [path, names.map((name) => one.get(name) ?? null)]));
  return { fields, values };
}

function valuesOf(path: string, roots: readonly string[]): ReadonlyMap<string, string | null> {
  for (const root of roots) {
    const found = partitionValues(root.replace(/\/+$/, ""), path);
    if (found.size > 0) return found;
  }
  return new Map();
}

/** The least type that takes every value, of those that Spark tries. */
function inferred(values: readonly string[]): DataType {
  if (values.length === 0) return STRING;
  const whole = values.every((one) => /^[+-]?\d{1,18}$/.test(one));
  if (whole) return values.every((one) => Math.abs(Number(one)) <= 2147483647) ? INTEGER : LONG;
  if (values.every((one) => /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(one))) return DOUBLE;
  return values.every((one) => /^\d{4}-\d\d-\d\d$/.test(one)) ? DATE : STRING;
}

/** The rows of the files with these columns at the end, and `__file_path` as before. */
export function withPartitionColumns(files: OpenedFiles, { fields, values }: PartitionColumns): string {
  const own = files.schema.fields.map((one) => `f.${engineName(one.name)}`);
  const names = fields.map((_, i) => `"v${i}"`);
  const added = fields.map((one, i) => `CAST(m.${names[i]} AS ${engineType(one.dataType)}) AS ${engineName(one.name)}`);
  const rows = [...values].map(([path, list]) => {
    const texts = list.map((one) => (one === null ? "NULL::VARCHAR" : engineString(one)));
    return `(${[engineString(path), ...texts].join(", ")})`;
  });
  const facts = `(VALUES ${rows.join(", ")}) AS m("p", ${names.join(", ")})`;
  const list = [...own, ...added, "f.__file_path"].join(", ");
  return `(SELECT ${list} FROM ${files.sql()} AS f LEFT JOIN ${facts} ON m."p" = f.__file_path)`;
}
