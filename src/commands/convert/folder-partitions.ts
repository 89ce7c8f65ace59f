/** Partition values from the names of folders, as Hive has them: `day=2024-01-01/country=A%2FB`. */
import path from "node:path";
import { isNullPartition, partitionValue } from "../../delta/partition-value.js";
import type { Engine } from "../../engine/engine.js";
import type { StructField } from "../../schema/data-type.js";
import { engineString, engineType } from "../../schema/engine-type.js";
import { failedPartitionCast, unexpectedPartitionColumn, unexpectedPartitionCount } from "./convert-errors.js";

export type PartitionValues = Readonly<Record<string, string | null>>;

/**
 * The protocol's partition values of each file, in the files' order.
 * Throws DELTA_UNEXPECTED_NUM_PARTITION_COLUMNS_FROM_FILE_NAME, DELTA_UNEXPECTED_PARTITION_COLUMN_FROM_FILE_NAME,
 * DELTA_FAILED_CAST_PARTITION_VALUE.
 */
export async function folderPartitions(
  engine: Engine,
  location: string,
  files: readonly string[],
  columns: readonly StructField[],
): Promise<readonly PartitionValues[]> {
  const texts = files.map((file) => textsOf(location, file, columns));
  const values = await Promise.all(
    columns.map((column, i) => castTexts(engine, column, new Set(texts.map((one) => one[i] ?? "")))),
  );
  return texts.map((one) =>
    Object.fromEntries(columns.map(({ name }, i) => [name, values[i]?.get(one[i] ?? "") ?? null])),
  );
}

function textsOf(location: string, file: string, columns: readonly StructField[]): readonly string[] {
  const folders = path.relative(location, path.dirname(file)).split("/");
  const found = folders.flatMap((folder) => {
    const at = folder.indexOf("=");
    return at <= 0 ? [] : [{ name: unescaped(folder.slice(0, at)), value: unescaped(folder.slice(at + 1)) }];
  });
  if (found.length !== columns.length) {
    throw unexpectedPartitionCount(
      file,
      columns.map(({ name }) => name),
      found.map(({ name }) => name),
    );
  }
  columns.forEach(({ name }, i) => {
    const other = found[i]?.name ?? "";
    if (other.toLowerCase() !== name.toLowerCase()) throw unexpectedPartitionColumn(file, name, other);
  });
  return found.map(({ value }) => value);
}

/** Bytes as `%XX`; anything else stands for itself. */
function unescaped(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escaped) => {
    const bytes = Uint8Array.from(escaped.split("%").slice(1), (hex) => Number.parseInt(hex, 16));
    return new TextDecoder().decode(bytes);
  });
}

/** What the log has for each text: a value of the column's type in the protocol's form. */
async function castTexts(
  engine: Engine,
  { dataType }: StructField,
  texts: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string | null>> {
  const given = [...texts].filter((text) => !isNullPartition(text));
  const values = new Map<string, string | null>();
  if (given.length === 0) return values;
  const list = given.map(engineString).join(", ");
  const zoned = dataType.kind === "timestamp" ? " AT TIME ZONE 'UTC'" : "";
  const cast = `CAST(TRY_CAST(text AS ${engineType(dataType)})${zoned} AS VARCHAR)`;
  const { rows } = await engine.run(`SELECT text, ${cast} FROM (SELECT unnest([${list}]) AS text)`);
  for (const [text, value] of rows) {
    if (value === null || value === undefined) throw failedPartitionCast(String(text), dataType);
    values.set(String(text), partitionValue(dataType, String(value)));
  }
  return values;
}
