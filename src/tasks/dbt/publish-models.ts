/** Models become Delta tables of the lake: one commit each, the ones that others are made of first. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { SparkSession } from "../../session/contract.js";
import { type TakenModel, textOf } from "./lake-database.js";

/** What is said of each model, in the order of publishing. */
export async function publishModels(
  spark: SparkSession,
  models: readonly TakenModel[],
  say: (text: string) => void,
): Promise<void> {
  for (const { node, rows, count, file } of models) {
    if (rows === "gone") {
      say(`${node.name}: dbt left no relation of it, so that there is nothing to publish.`);
      continue;
    }
    const { catalog, schema } = node.relation;
    const shown = [catalog.toLowerCase(), schema, node.relation.name].join(".");
    if (rows === "added" && count === 0) {
      say(`${shown}: unchanged`);
      continue;
    }
    await publish(spark, node, rows, file);
    say(`${shown}: ${count} ${count === 1 ? "row" : "rows"}${rows === "added" ? " added" : ""}`);
  }
}

async function publish(
  spark: SparkSession,
  { relation, partitionBy, name }: TakenModel["node"],
  rows: TakenModel["rows"],
  file: string,
): Promise<void> {
  const table = textOf(relation);
  try {
    const schema = `${quoted(relation.catalog.toLowerCase())}.${quoted(relation.schema)}`;
    await spark.execute(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    const frame = spark.read.format("parquet").load(file);
    if (rows === "added") return void (await frame.write.format("delta").mode("append").saveAsTable(table));
    const writer = frame.write.format("delta").mode("overwrite");
    // Of the same columns: what else the table is (its partitions, its properties) stays.
    if (rows === "changed") return void (await writer.saveAsTable(table));
    const whole = writer.option("overwriteSchema", "true");
    await (partitionBy.length > 0 ? whole.partitionBy(...partitionBy) : whole).saveAsTable(table);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new LakeletError({
      condition: "DBT_MODEL_NOT_PUBLISHED",
      sqlState: "58000",
      problem: `The model ${name} was built, but ${table} could not be written.`,
      reason: cause.message,
      cause,
    });
  }
}

function quoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
