/** The peers' sides of B14. Kind to them: a phase's statements in a warm process, none of their files flushed but dbt's database. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ORDER_SCHEMA } from "../orders-data.js";
import type { PeerProcess } from "../peers/peer-process.js";
import type { PipelinePeerWork } from "../peers/peer-work.js";
import type { Sample } from "../rounds.js";
import { NEW_DAY, type PipelineData } from "./pipeline-data.js";
import type { PhaseSamples, PipelineSide } from "./pipeline-side.js";
import {
  COUNTS,
  csvRelation,
  GOLD,
  GOLD_TABLES,
  IS_GOOD,
  IS_NEW,
  PHASES,
  type Phase,
  REASONS,
  RESULT_TABLES,
  RULES,
  SILVER_COLUMNS,
  silver,
} from "./pipeline-work.js";

interface PhaseWork {
  readonly files: readonly string[];
  readonly isDay: boolean;
}

function phasedSide(
  peer: PeerProcess,
  data: PipelineData,
  folder: string,
  workOf: (phase: Phase, work: PhaseWork) => PipelinePeerWork,
): PipelineSide {
  const run = async (work: PhaseWork): Promise<PhaseSamples> => {
    const samples: Partial<Record<Phase, Sample>> = {};
    for (const phase of PHASES) samples[phase] = await peer.run(workOf(phase, work), folder);
    return samples as PhaseSamples;
  };
  return {
    name: peer.name,
    reset: async () => {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
    },
    year: () => run({ files: data.files, isDay: false }),
    day: () => run({ files: [data.day], isDay: true }),
    result: async (table) => ({
      kind: "table",
      name: `delta.\`${join(folder, table)}\``,
      location: join(folder, table),
    }),
  };
}

/** delta-rs with pyarrow, and Polars. */
export function pythonSide(peer: PeerProcess, data: PipelineData, folder: string): PipelineSide {
  return phasedSide(peer, data, folder, (phase, { files, isDay }) => ({
    do: "pipeline",
    phase,
    files,
    ...(isDay ? { day: NEW_DAY } : {}),
  }));
}

export function sparkSide(peer: PeerProcess, data: PipelineData, folder: string): PipelineSide {
  const at = (table: string) => `delta.\`${join(folder, table)}\``;
  const insert = (table: string, isDay: boolean, rows: string) =>
    isDay ? `INSERT INTO ${at(table)} ${rows}` : `CREATE TABLE ${at(table)} USING delta AS ${rows}`;
  return phasedSide(peer, data, folder, (phase, { files, isDay }) => {
    const path = isDay ? files[0] : `${dirname(files[0] ?? "")}/orders-*.csv`;
    const rows = `(SELECT * FROM ${at("bronze")} WHERE ${isDay ? IS_NEW : "true"})`;
    const statements = {
      bronze: [
        `CREATE OR REPLACE TEMPORARY VIEW landed (${ORDER_SCHEMA}) USING csv OPTIONS (path '${path}', header 'true')`,
        insert("bronze", isDay, "SELECT * FROM landed"),
      ],
      silver: [
        insert("silver", isDay, `SELECT ${SILVER_COLUMNS} FROM ${rows} WHERE ${IS_GOOD}`),
        insert(
          "quarantine",
          isDay,
          `SELECT ${SILVER_COLUMNS}, ${REASONS} AS quarantine_reason FROM ${rows} WHERE NOT (${IS_GOOD})`,
        ),
        `SELECT ${COUNTS} FROM ${rows}`,
      ],
      gold: GOLD_TABLES.map((name) =>
        isDay
          ? `INSERT OVERWRITE ${at(name)} ${GOLD[name](at("silver"))}`
          : `CREATE TABLE ${at(name)} USING delta AS ${GOLD[name](at("silver"))}`,
      ),
    };
    return { do: "pipeline", statements: statements[phase] };
  });
}

/** A project of incremental models, whose tests are the rules that warn and fail; rows that others break go to a model of their own. */
export function dbtSide(peer: PeerProcess, data: PipelineData, folder: string, engine: DbtEngine): PipelineSide {
  // dbt keeps the database of its process open: a project that is made anew needs another folder.
  let round = 0;
  const home = () => join(folder, String(round));
  const results = () => join(home(), "results");
  const run = async (files: readonly string[], day: string): Promise<PhaseSamples> => {
    const variables = { relation: csvRelation(files), day };
    const { phases } = await peer.run({ do: "pipeline", command: ["build"], variables, phases: true }, home());
    return phases as PhaseSamples;
  };
  return {
    name: "dbt-duckdb",
    reset: async () => {
      await rm(home(), { recursive: true, force: true });
      round++;
      await writeProject(home(), engine);
    },
    year: () => run(data.files, ""),
    day: async () => run([data.day], NEW_DAY),
    result: async (table) => {
      if (table === RESULT_TABLES[0]) {
        await mkdir(results(), { recursive: true });
        const variables = { relation: csvRelation(data.files), day: "" };
        const args = { folder: results() };
        await peer.run({ do: "pipeline", command: ["run-operation", "dump"], variables, args }, home());
      }
      return { kind: "relation", sql: `read_parquet('${join(results(), `${table}.parquet`)}')` };
    },
  };
}

export interface DbtEngine {
  readonly threads: number;
  readonly memoryLimit: string;
}

async function writeProject(folder: string, { threads, memoryLimit }: DbtEngine): Promise<void> {
  for (const name of ["models", "tests", "macros"]) await mkdir(join(folder, name), { recursive: true });
  const incremental = "{{ config(materialized='incremental', incremental_strategy='append') }}\n";
  const ofTheDay = "{% if is_incremental() %} AND order_date = DATE '{{ var(\"day\") }}'{% endif %}";
  const bronze = `${silver("{{ ref('bronze') }}")} WHERE`;
  const files: Record<string, string> = {
    "dbt_project.yml": "name: bench\nprofile: bench\nversion: '1.0'\nmodel-paths: [models]\ntest-paths: [tests]\n",
    "profiles.yml": `bench:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: ${join(folder, "bench.duckdb")}
      threads: ${threads}
      settings: { threads: ${threads}, memory_limit: '${memoryLimit}', TimeZone: UTC }
`,
    "models/bronze.sql": `${incremental}SELECT * FROM {{ var("relation") }}`,
    "models/silver.sql": `${incremental}${bronze} ${IS_GOOD}${ofTheDay}`,
    "models/quarantine.sql": `${incremental}SELECT *, ${REASONS} AS quarantine_reason FROM (${bronze} NOT (${IS_GOOD})${ofTheDay})`,
    "macros/dump.sql": `{% macro dump(folder) %}${RESULT_TABLES.map(
      (name) => `{% do run_query("COPY ${name} TO '" ~ folder ~ "/${name}.parquet' (FORMAT parquet)") %}`,
    ).join("")}{% endmacro %}`,
  };
  for (const name of GOLD_TABLES)
    files[`models/${name}.sql`] = `{{ config(materialized='table') }}\n${GOLD[name]("{{ ref('silver') }}")}`;
  const newDay = "{% if var('day') != '' %} AND order_date = DATE '{{ var(\"day\") }}'{% endif %}";
  for (const severity of ["warn", "fail"] as const) {
    for (const [name, rule] of Object.entries(RULES[severity])) {
      const config = `{{ config(severity='${severity === "warn" ? "warn" : "error"}') }}`;
      files[`tests/${name}.sql`] = `${config}\nSELECT * FROM {{ ref('bronze') }} WHERE (${rule}) IS NOT TRUE${newDay}`;
    }
  }
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), `${text}\n`);
}
