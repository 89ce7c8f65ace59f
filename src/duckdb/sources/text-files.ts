/** Text files: one column `value`, a row a line, or with `wholetext` a row a file. */
import type { FileSource, OpenedFiles } from "../../engine/engine.js";
import { field, STRING, struct } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import { encodingOf } from "./csv-options.js";
import { emptySelect } from "./empty-source.js";
import { lineEndOf, rawLines } from "./raw-lines.js";
import { originalPath, readableFiles } from "./readable-file.js";
import type { ReaderOptions } from "./reader-options.js";
import type { SourceEngine } from "./source-engine.js";
import type { SourceFile } from "./source-paths.js";

export async function openText(
  _engine: SourceEngine,
  source: FileSource,
  options: ReaderOptions,
  files: readonly SourceFile[],
): Promise<OpenedFiles> {
  const schema = source.schema ?? struct([field("value", STRING)]);
  const readable = await readableFiles(files, encodingOf(options));
  const filled = readable.files.filter((file) => file.size > 0);
  const path = originalPath(filled, "filename");
  const whole = `read_text([${filled.map((file) => engineString(file.readPath)).join(", ")}])`;
  const select = options.flag("wholetext", false)
    ? `SELECT content AS "value", ${path} AS __file_path FROM ${whole}`
    : `SELECT coalesce(line, '') AS "value", ${path} AS __file_path FROM ${rawLines(filled, await lineEndOf(filled))}`;
  return {
    schema,
    files,
    sql: () => `(${filled.length === 0 ? emptySelect(schema) : select})`,
    settle: async () => "final",
    malformed: async () => [],
    close: () => readable.close(),
  };
}
