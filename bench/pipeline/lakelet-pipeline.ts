/** lakelet's sides of B14: a script of the session, and a declarative pipeline. */
import { join } from "node:path";
import { sqlDefinition } from "../../src/pipeline/sql-source.js";
import type { PipelineEvent } from "../../src/pipeline/update.js";
import { updatePipeline } from "../../src/pipeline/update-pipeline.js";
import type { LocalSession } from "../../src/session/local-session.js";
import { loadParser } from "../../src/sql/parse/parse.js";
import { ORDER_SCHEMA } from "../orders-data.js";
import type { Sample } from "../rounds.js";
import { arrive, landingFolder, type PipelineData } from "./pipeline-data.js";
import { PhaseClock, type PhaseSamples, type PipelineResult, type PipelineSide } from "./pipeline-side.js";
import {
  EXPECTATIONS,
  GOLD,
  GOLD_TABLES,
  IS_NEW,
  type Phase,
  PIPELINE_SQL,
  type ResultTable,
  silver,
} from "./pipeline-work.js";

export function scriptSide(spark: LocalSession, data: PipelineData, warehouse: string): PipelineSide {
  const work = async (files: readonly string[], condition: string): Promise<PhaseSamples> => {
    const clock = new PhaseClock();
    const csv = spark.read
      .format("csv")
      .option("header", true)
      .schema(ORDER_SCHEMA)
      .load([...files]);
    await csv.write.mode("append").saveAsTable("script.bronze");
    const bronze = clock.lap();
    const rows = await spark.sql(`${silver("script.bronze")} WHERE ${condition}`);
    await rows.write
      .mode("append")
      .expectations(...EXPECTATIONS)
      .saveAsTable("script.silver");
    const ofSilver = clock.lap();
    for (const name of GOLD_TABLES) {
      const gold = await spark.sql(GOLD[name]("script.silver"));
      await gold.write.mode("overwrite").saveAsTable(`script.${name}`);
    }
    return { bronze, silver: ofSilver, gold: clock.lap() };
  };
  return {
    name: "lakelet script",
    reset: () => newSchema(spark, "script"),
    year: () => work(data.files, "true"),
    day: () => work([data.day], IS_NEW),
    result: async (table) => resultIn(warehouse, "script", table),
  };
}

export function declarativeSide(spark: LocalSession, data: PipelineData, place: Place): PipelineSide {
  const landing = join(place.folder, "landing");
  return {
    name: "lakelet pipeline",
    reset: async () => {
      await newSchema(spark, "declared");
      await landingFolder(data, landing);
      await loadParser();
    },
    year: async () => timedUpdate(spark, landing, place.tell),
    day: async () => {
      await arrive(data, landing);
      return timedUpdate(spark, landing, place.tell);
    },
    result: async (table) => resultIn(place.warehouse, "declared", table),
  };
}

export interface Place {
  readonly folder: string;
  readonly warehouse: string;
  readonly tell: (text: string) => void;
}

/** Bronze is all until bronze is there, the analysis of the pipeline included; gold all from when silver is. */
export async function timedUpdate(
  spark: LocalSession,
  landing: string,
  tell: (text: string) => void,
): Promise<PhaseSamples> {
  const configuration = { landing };
  const laps: Partial<Record<Phase, Sample>> = {};
  const clock = new PhaseClock();
  const onEvent = (event: PipelineEvent) => {
    if (event.kind === "planning-information") tell(`    ${event.flow}: ${event.technique} ${event.reason ?? ""}`);
    if (event.kind !== "flow-progress" || event.status !== "COMPLETED") return;
    if (event.target.endsWith(".bronze")) laps.bronze = clock.lap();
    if (event.target.endsWith(".silver")) laps.silver = clock.lap();
  };
  const own = { id: "declared", name: "declared", catalog: "main", schema: "declared" };
  const { state, error } = await updatePipeline({
    settings: {
      ...own,
      development: true,
      continuous: false,
      configuration,
      eventLog: { catalog: "main", schema: "declared", name: "event_log" },
    },
    definition: sqlDefinition([{ file: "bench.sql", text: PIPELINE_SQL }], configuration),
    selection: { refresh: [], fullRefresh: [], resetCheckpoint: [], fullRefreshAll: false },
    dryRun: false,
    session: spark,
    updateId: "bench",
    cause: "API_CALL",
    onEvent,
  });
  const gold = clock.lap();
  const { bronze, silver: ofSilver } = laps;
  if (state !== "COMPLETED" || !bronze || !ofSilver) throw new Error(`The update ended ${state}`, { cause: error });
  return { bronze, silver: ofSilver, gold };
}

async function newSchema(spark: LocalSession, name: string): Promise<void> {
  await spark.execute(`DROP SCHEMA IF EXISTS ${name} CASCADE; CREATE SCHEMA ${name}`);
}

function resultIn(warehouse: string, schema: string, table: ResultTable): PipelineResult {
  const name = table === "quarantine" ? "silver_quarantine" : table;
  return { kind: "table", name: `${schema}.${name}`, location: join(warehouse, "main", schema, name) };
}
