/** Where the rows of pipelines' flows went, and what is made of what: from the event logs of the pipelines. */
import { eventLogs } from "../../catalog/pipeline-event-logs.js";
import type { TableIdentifier } from "../../catalog/table-identifier.js";
import type { SparkSession } from "../../session/contract.js";
import { type KeptRow, keptName, listOf, numberOf, textOf } from "./kept-table.js";
import type { FlowAccount, LineageEdge, LineageGraph, LineageNode } from "./quality-report.js";

export interface KnownFlows {
  readonly flows: readonly FlowAccount[];
  readonly lineage: LineageGraph | undefined;
}

type Details = Readonly<Record<string, unknown>>;

const COLUMNS =
  "origin.pipeline_name AS pipeline, origin.update_id AS update, origin.flow_name AS flow, origin.dataset_name AS dataset, details, event_type, unix_millis(timestamp) AS timestamp";
const ENDED = "'COMPLETED', 'FAILED', 'STOPPED', 'IDLE', 'SKIPPED'";

/** @param warehouse absolute folder of the managed tables @param limit runs of a flow */
export async function readFlows(spark: SparkSession, warehouse: string, limit: number): Promise<KnownFlows> {
  const flows: FlowAccount[] = [];
  const nodes = new Map<string, LineageNode>();
  const edges: LineageEdge[] = [];
  for (const log of eventLogs(warehouse)) {
    const read = (rest: string) => eventsOf(spark, log, rest);
    const ended = await read(
      `WHERE event_type = 'flow_progress' AND get_json_object(details, '$.flow_progress.status') IN (${ENDED})
       QUALIFY row_number() OVER (PARTITION BY origin.flow_name ORDER BY timestamp DESC) <= ${limit} ORDER BY timestamp DESC`,
    );
    const planned = await read(
      `WHERE event_type = 'planning_information'
       QUALIFY row_number() OVER (PARTITION BY origin.flow_name ORDER BY timestamp DESC) <= ${limit}`,
    );
    flows.push(...ended.map((row) => accountOf(row, techniqueOf(row, planned))));
    const defined = await read(
      `WHERE event_type IN ('flow_definition', 'dataset_definition') AND origin.update_id =
       (SELECT max_by(origin.update_id, timestamp) FROM ${keptName(log, log.name)} WHERE event_type = 'flow_definition')`,
    );
    addLineage(defined, nodes, edges);
  }
  return { flows, lineage: nodes.size === 0 ? undefined : { nodes: [...nodes.values()], edges } };
}

async function eventsOf(spark: SparkSession, log: TableIdentifier, rest: string): Promise<readonly KeptRow[]> {
  const name = keptName(log, log.name);
  if (!(await spark.catalog.tableExists(name))) return [];
  const frame = await spark.sql(`SELECT ${COLUMNS} FROM ${name} ${rest}`);
  return (await frame.collect()).map((row) => ({ ...row }));
}

function accountOf(row: KeptRow, technique: string | undefined): FlowAccount {
  const progress = partOf(row, "flow_progress");
  const account = objectOf(progress.row_account);
  const metrics = objectOf(progress.metrics);
  const quality = objectOf(progress.data_quality);
  return {
    pipeline: String(row.pipeline),
    update: String(row.update),
    flow: String(row.flow),
    target: String(row.dataset),
    status: String(progress.status),
    at: Number(row.timestamp),
    // What is not streamed is not counted.
    read: account.is_row_by_row === true || listOf(account.sources).length > 0 ? numberOf(account.read) : undefined,
    filtered: numberOf(account.filtered),
    published: numberOf(account.published) ?? numberOf(metrics.num_output_rows),
    quarantined: numberOf(account.quarantined) ?? numberOf(quality.dropped_records),
    malformed: numberOf(account.malformed),
    isRowByRow: account.is_row_by_row === true,
    technique,
  };
}

function techniqueOf({ update, flow }: KeptRow, planned: readonly KeptRow[]): string | undefined {
  const plan = planned.find((one) => one.update === update && one.flow === flow);
  const [chosen] = plan ? listOf(partOf(plan, "planning_information").technique_information) : [];
  return textOf(objectOf(chosen).maintenance_type)?.replace("MAINTENANCE_TYPE_", "");
}

function addLineage(events: readonly KeptRow[], nodes: Map<string, LineageNode>, edges: LineageEdge[]): void {
  const know = (id: string, kind: LineageNode["kind"]) => {
    if (!nodes.has(id)) nodes.set(id, { id, kind });
  };
  for (const event of events.filter((one) => one.event_type === "dataset_definition")) {
    const type = String(partOf(event, "dataset_definition").dataset_type);
    know(String(event.dataset), type.endsWith("VIEW") && !type.startsWith("MATERIALIZED") ? "view" : "table");
  }
  for (const event of events.filter((one) => one.event_type === "flow_definition")) {
    const { output_dataset: output, input_datasets: inputs } = partOf(event, "flow_definition");
    const to = String(output ?? event.dataset);
    know(to, "table");
    for (const input of listOf(inputs)) {
      // Logs of before have no path.
      const from = /^(read|cloud)_files\(\.\.\.\)$/.test(String(input))
        ? `files of ${String(event.flow)}`
        : String(input);
      know(from, from.includes("/") || from !== input ? "files" : "table");
      edges.push({ from, to, by: `flow ${String(event.flow)}` });
    }
  }
}

function partOf({ details }: KeptRow, name: string): Details {
  return objectOf(objectOf(JSON.parse(String(details)))[name]);
}

function objectOf(value: unknown): Details {
  return typeof value === "object" && value !== null ? (value as Details) : {};
}
