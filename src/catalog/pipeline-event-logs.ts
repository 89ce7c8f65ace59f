/** Which table of a warehouse is the event log of a pipeline: a small file for each pipeline, written when its log is. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderName } from "./folder-name.js";
import type { TableIdentifier } from "./table-identifier.js";

/** No name of a catalog begins so. */
const FOLDER = "_pipelines";

export function eventLogOf(warehouse: string, pipelineId: string): TableIdentifier | undefined {
  const file = fileOf(warehouse, pipelineId);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as TableIdentifier) : undefined;
}

/** Those of all pipelines. */
export function eventLogs(warehouse: string): readonly TableIdentifier[] {
  const folder = join(warehouse, FOLDER);
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  return files.sort().map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as TableIdentifier);
}

export function rememberEventLog(
  warehouse: string,
  pipelineId: string,
  { catalog, schema, name }: TableIdentifier,
): void {
  const known = eventLogOf(warehouse, pipelineId);
  if (known?.catalog === catalog && known.schema === schema && known.name === name) return;
  const file = fileOf(warehouse, pipelineId);
  mkdirSync(join(warehouse, FOLDER), { recursive: true });
  const made = `${file}.${process.pid}`;
  writeFileSync(made, JSON.stringify({ catalog, schema, name }));
  renameSync(made, file);
}

function fileOf(warehouse: string, pipelineId: string): string {
  return join(warehouse, FOLDER, `${folderName(pipelineId)}.json`);
}
