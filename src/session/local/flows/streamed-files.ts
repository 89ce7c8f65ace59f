/** A folder as a stream: Auto Loader's options and those of the plain formats, as one request. */
import type { FileSource } from "../../../engine/engine.js";
import { LakeletError } from "../../../errors/lakelet-error.js";
import type { Runtime } from "../runtime.js";
import type { SchemaEvolution, StreamedFiles } from "./streams.js";

export interface FileStreamRequest {
  /** cloudfiles, or a format. */
  readonly format: string;
  readonly path: string;
  readonly options: Readonly<Record<string, string>>;
  readonly schemaDdl?: string;
  readonly schemaHints?: string;
  /** How `read_files` differs: Auto Loader all the same, but types are inferred. */
  readonly isReadFiles?: boolean;
}

const FORMATS: readonly FileSource["format"][] = ["csv", "json", "parquet", "text"];
const EVOLUTIONS: readonly SchemaEvolution[] = ["addnewcolumns", "rescue", "failonnewcolumns", "none"];

/** Options that choose files; the files that were chosen need not be chosen again. */
const OF_LISTING = ["pathglobfilter", "recursivefilelookup", "modifiedbefore", "modifiedafter"];

/** How Auto Loader finds files and how many it takes at a time: here all that are new are listed, and taken in one commit. */
const WITHOUT_EFFECT = [
  "backfillinterval",
  "checkpointlocation",
  "fetchparallelism",
  "maxbytespertrigger",
  "maxfilespertrigger",
  "latestfirst",
  "pathrewrites",
  "resourcetag",
  "schemalocation",
  "useincrementallisting",
  "usemanagedfileevents",
  "usenotifications",
  "usestrictglobber",
  "validateoptions",
];

/** Throws CF_UNKNOWN_FORMAT, CF_INVALID_SCHEMA_EVOLUTION_MODE, UNSUPPORTED_OPTION, INVALID_OPTION_VALUE. */
export function streamedFiles(runtime: Runtime, request: FileStreamRequest): StreamedFiles {
  const isAutoLoader = request.format === "cloudfiles" || request.isReadFiles === true;
  const given = new Map(
    Object.entries(request.options).map(([key, value]) => [key.replace(/^cloudfiles\./, ""), value]),
  );
  const take = (key: string): string | undefined => {
    const value = given.get(key);
    given.delete(key);
    return value;
  };
  for (const key of WITHOUT_EFFECT) given.delete(key);
  const format = formatOf(request.format === "cloudfiles" ? take("format") : request.format);
  const cleans = take("cleansource");
  if (cleans !== undefined && cleans.toUpperCase() !== "OFF") throw unsupported("cloudFiles.cleanSource", cleans);
  const maxAge = take("maxfileage");
  if (maxAge !== undefined) throw unsupported("cloudFiles.maxFileAge", maxAge);
  const schemaDdl = request.schemaDdl ?? take("schema");
  const schemaHints = request.schemaHints ?? take("schemahints");
  const infersTypes = flag(
    "cloudFiles.inferColumnTypes",
    take("infercolumntypes"),
    !isAutoLoader || request.isReadFiles === true,
  );
  const evolution = evolutionOf(take("schemaevolutionmode"), schemaDdl === undefined ? "addnewcolumns" : "none");
  const rescued = take("rescueddatacolumn") ?? (isAutoLoader && schemaDdl === undefined ? "_rescued_data" : undefined);
  const allowOverwrites = flag("cloudFiles.allowOverwrites", take("allowoverwrites"), false);
  const includeExisting = flag("cloudFiles.includeExistingFiles", take("includeexistingfiles"), true);
  take("partitioncolumns");
  const path = runtime.paths.resolve(request.path);
  const options = Object.fromEntries(given);
  if (isAutoLoader) options.recursivefilelookup = "true";
  // Auto Loader takes the first line for names where nobody else gives them.
  if (isAutoLoader && format === "csv" && schemaDdl === undefined) options.header ??= "true";
  const { timeZone } = runtime.state;
  return {
    path,
    listing: { format, paths: [path], options, timeZone },
    options: readerOptions(format, options, { infersTypes, hasSchema: schemaDdl !== undefined }),
    ...(schemaDdl === undefined ? {} : { schemaDdl }),
    ...(schemaHints === undefined ? {} : { schemaHints }),
    infersTypes,
    evolution,
    ...(rescued === undefined || format === "text" ? {} : { rescuedColumn: rescued }),
    allowOverwrites,
    includeExisting,
  };
}

function readerOptions(
  format: FileSource["format"],
  given: Readonly<Record<string, string>>,
  { infersTypes, hasSchema }: { readonly infersTypes: boolean; readonly hasSchema: boolean },
): Readonly<Record<string, string>> {
  const own = Object.fromEntries(Object.entries(given).filter(([key]) => !OF_LISTING.includes(key)));
  return {
    // A line that is no record is kept in quarantine, so it must not also become a row of NULLs.
    ...(format === "csv" || format === "json" ? { mode: "DROPMALFORMED" } : {}),
    ...(format === "csv" && !hasSchema && infersTypes ? { inferschema: "true" } : {}),
    // Files of one stream may have other columns, or the same ones in another order.
    ...(format === "csv" ? { enforceschema: "false" } : {}),
    ...own,
  };
}

function formatOf(text: string | undefined): FileSource["format"] {
  const known = FORMATS.find((one) => one === text?.toLowerCase());
  if (known !== undefined) return known;
  throw new LakeletError({
    condition: "CF_UNKNOWN_FORMAT",
    sqlState: "42000",
    problem:
      text === undefined
        ? "Please specify the format of the files: the option cloudFiles.format is not set."
        : `Unknown file format: ${text}.`,
    cure: `Known formats are ${FORMATS.join(", ")}.`,
    parameters: { format: text ?? "" },
  });
}

function evolutionOf(text: string | undefined, otherwise: SchemaEvolution): SchemaEvolution {
  const known = EVOLUTIONS.find((one) => one === (text ?? otherwise).toLowerCase());
  if (known !== undefined) return known;
  throw new LakeletError({
    condition: "CF_UNSUPPORTED_SCHEMA_EVOLUTION_MODE",
    sqlState: "0A000",
    problem: `Unsupported cloudFiles.schemaEvolutionMode: ${text}.`,
    cure: "It is addNewColumns, rescue, failOnNewColumns or none.",
    parameters: { mode: text ?? "" },
  });
}

function flag(name: string, text: string | undefined, otherwise: boolean): boolean {
  if (text === undefined) return otherwise;
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  throw new LakeletError({
    condition: "INVALID_OPTION_VALUE",
    sqlState: "22023",
    problem: `The option \`${name}\` takes true or false, not '${text}'.`,
    parameters: { option: name, value: text },
  });
}

function unsupported(name: string, value: string): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_OPTION",
    sqlState: "0A000",
    problem: `The option \`${name}\` with the value '${value}' is not supported.`,
    cure: "Leave it out: each file is read once, and stays where it is.",
    parameters: { option: name, value },
  });
}
