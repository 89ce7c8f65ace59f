/** Pipelines, what one declares, and its events, for terminals and other programs. */
import type {
  Dataset,
  Flow,
  ListedPipeline,
  LoggedEvent,
  ShownPipeline,
} from "../../workspace/pipelines/pipeline-history.js";
import { terminalText } from "./terminal-text.js";
import { countText, type Paint, padText, stateText } from "./words.js";

export function pipelineListLines(pipelines: readonly ListedPipeline[], paint: Paint): readonly string[] {
  if (pipelines.length === 0)
    return ["There are no declarative pipelines under pipelines/ nor in the project's bundle."];
  const names = pipelines.map(({ pipeline, reference }) => pipeline?.settings.name ?? reference);
  const width = Math.max(...names.map((name) => name.length));
  const places = Math.max(...pipelines.map(({ reference }) => reference.length));
  return pipelines.map(({ pipeline, reference, error, lastUpdate }, i) => {
    const name = paint("bold", padText(names[i] ?? "", width));
    if (pipeline === undefined) return terminalText(`${name}  ${paint("red", error?.split("\n")[0] ?? "")}`);
    const { catalog, schema } = pipeline.settings;
    const last = lastUpdate
      ? `${painted(lastUpdate.state, paint)} ${timeText(lastUpdate.at)}`
      : paint("dim", "never updated");
    return terminalText(`${name}  ${padText(reference, places)}  ${catalog}.${schema}  ${last}`);
  });
}

export function pipelineListBody(pipelines: readonly ListedPipeline[]): object {
  return {
    statuses: pipelines.map(({ pipeline, reference, error, lastUpdate }) => ({
      pipeline_id: pipeline?.settings.id,
      name: pipeline?.settings.name,
      reference,
      ...(error !== undefined && { error }),
      latest_updates: lastUpdate
        ? [{ update_id: lastUpdate.updateId, state: lastUpdate.state, creation_time: lastUpdate.at.toISOString() }]
        : [],
    })),
  };
}

export function pipelineLines(
  { pipeline, datasets, flows, inputs, isRight, lastUpdate }: ShownPipeline,
  paint: Paint,
): readonly string[] {
  const { settings, sources, target } = pipeline;
  const mode = [settings.development ? "development" : "production", ...(settings.continuous ? ["continuous"] : [])];
  const width = Math.max(0, ...datasets.map(({ name }) => name.join(".").length));
  const lines = [
    `${paint("bold", settings.name)}  ${paint("dim", pipeline.reference)}`,
    `  id          ${settings.id}`,
    `  tables in   ${settings.catalog}.${settings.schema}`,
    `  mode        ${mode.join(", ")}${target === undefined ? "" : `, target ${target}`}`,
    `  sources     ${countText(sources.length, "file")}`,
    `  event log   ${settings.eventLog.catalog}.${settings.eventLog.schema}.${settings.eventLog.name}`,
    ...Object.entries(settings.configuration).map(
      ([key, value], i) => `  ${i === 0 ? "conf     " : "         "}   ${key} = ${value}`,
    ),
    `  last update ${lastUpdate ? `${painted(lastUpdate.state, paint)} ${timeText(lastUpdate.at)} ${lastUpdate.updateId}` : "none"}`,
    "",
    ...datasets.flatMap((dataset) => datasetLines(dataset, flows, inputs, width, paint)),
    ...(isRight
      ? []
      : ["", paint("yellow", `Something is wrong with it: lakelet pipeline dry-run ${pipeline.reference}`)]),
  ];
  return lines.map(terminalText);
}

function datasetLines(
  dataset: Dataset,
  flows: readonly Flow[],
  inputs: ShownPipeline["inputs"],
  width: number,
  paint: Paint,
): readonly string[] {
  const name = dataset.name.join(".");
  const own = flows.filter(({ target }) => target.join(".") === name);
  const [only] = own;
  // The flow that a dataset's own query is goes without saying.
  const isOwn = own.length === 1 && only?.name === name && only.kind === "query";
  const reads = (flow: Flow | undefined): readonly string[] => {
    const names = inputs.get(flow?.name ?? "") ?? [];
    return names.length === 0 ? [] : [`reads ${names.join(", ")}`];
  };
  return [
    `  ${padText(name, width)}  ${padText(dataset.kind.replaceAll("-", " "), 17)}  ${paint("dim", `${dataset.place.file}:${dataset.place.line}`)}`,
    ...(isOwn
      ? reads(only).map((one) => paint("dim", `    ${one}`))
      : own.map(
          (flow) =>
            `    flow ${flow.name}${"once" in flow && flow.once ? ", once" : ""}${flow.kind === "query" ? "" : `, ${flow.kind.replace("-", " ")}`}${paint(
              "dim",
              reads(flow)
                .map((one) => `  ${one}`)
                .join(""),
            )}`,
        )),
    ...dataset.expectations.map((one) => `    expect ${one.name}, ${one.onViolation}`),
  ];
}

export function pipelineBody({ pipeline, datasets, flows, inputs, lastUpdate }: ShownPipeline): object {
  const { settings, spec, sources, target } = pipeline;
  return {
    pipeline_id: settings.id,
    name: settings.name,
    target,
    spec,
    catalog: settings.catalog,
    schema: settings.schema,
    development: settings.development,
    continuous: settings.continuous,
    configuration: settings.configuration,
    event_log: settings.eventLog,
    sources,
    datasets: datasets.map(({ name, kind, expectations, place }) => ({
      name: name.join("."),
      kind,
      expectations: expectations.map((one) => ({ name: one.name, on_violation: one.onViolation })),
      file: place.file,
      line: place.line,
    })),
    flows: flows.map(({ name, kind, target: to, place }) => ({
      name,
      kind,
      target: to.join("."),
      inputs: inputs.get(name) ?? [],
      file: place.file,
      line: place.line,
    })),
    latest_updates: lastUpdate ? [{ update_id: lastUpdate.updateId, state: lastUpdate.state }] : [],
  };
}

const LEVELS: Readonly<Record<string, Parameters<Paint>[0]>> = { ERROR: "red", WARN: "yellow" };

export function eventLines(events: readonly LoggedEvent[], paint: Paint): readonly string[] {
  if (events.length === 0) return ["No event: either the pipeline was never updated, or no event is as wanted."];
  return events.flatMap(({ timestamp, level, eventType, message, errors }) =>
    [
      `${paint("dim", timestamp.toISOString().slice(0, 23).replace("T", " "))}  ${padText(paint(LEVELS[level] ?? "dim", level), 5)}  ${padText(eventType, 20)}  ${message}`,
      ...errors.flatMap((error) => error.split("\n").map((line) => `    ${line}`)),
    ].map(terminalText),
  );
}

export function eventBody({
  timestamp,
  level,
  eventType,
  updateId,
  flow,
  message,
  errors,
  details,
}: LoggedEvent): object {
  return {
    timestamp: timestamp.toISOString(),
    level,
    event_type: eventType,
    update_id: updateId,
    flow_name: flow,
    message,
    errors,
    details,
  };
}

function painted(state: string, paint: Paint): string {
  return state === "COMPLETED" ? paint("green", state) : stateText(state, paint);
}

function timeText(at: Date): string {
  return at.toISOString().slice(0, 16).replace("T", " ");
}
