/** Opens users' files of any format. */
import type { FileSource, OpenedFiles } from "../../engine/engine.js";
import { openCsv } from "./csv-files.js";
import { openJson } from "./json-files.js";
import { openParquet } from "./parquet-files.js";
import { ReaderOptions } from "./reader-options.js";
import type { SourceEngine } from "./source-engine.js";
import { sourceFiles } from "./source-paths.js";
import { openText } from "./text-files.js";

const FORMATS = { csv: openCsv, json: openJson, parquet: openParquet, text: openText };

export async function listSource({ format, options, paths, timeZone }: FileSource): Promise<OpenedFiles["files"]> {
  return sourceFiles(paths, new ReaderOptions(format, options), timeZone);
}

export async function openSource(engine: SourceEngine, source: FileSource): Promise<OpenedFiles> {
  const options = new ReaderOptions(source.format, source.options);
  options.check();
  const files = await sourceFiles(source.paths, options, source.timeZone);
  return FORMATS[source.format](engine, source, options, files);
}
