/** Engine SQL that reads files line by line, whatever the lines hold. */
import { open } from "node:fs/promises";
import { engineString } from "../../schema/engine-type.js";
import type { ReadableFile } from "./readable-file.js";

/** No file holds this; the reader has to have a separator. */
const NO_SEPARATOR = "\u001f\u001e\u001d\u001c";

/** What the engine is told of the ends of lines: with `\r\n` it takes LF and CR LF, mixed as well. */
export type LineEnd = "\\r\\n" | "\\r";

/** Tells files whose lines end with CR alone, by their first bytes. */
export async function lineEndOf(files: readonly ReadableFile[]): Promise<LineEnd> {
  const [first] = files;
  if (!first) return "\\r\\n";
  const handle = await open(first.readPath);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536, 0);
    const start = buffer.subarray(0, bytesRead);
    return start.includes(13) && !start.includes(10) ? "\\r" : "\\r\\n";
  } finally {
    await handle.close();
  }
}

/** Columns `line` (VARCHAR, NULL for an empty line) and `filename`. */
export function rawLines(files: readonly ReadableFile[], lineEnd: LineEnd): string {
  const settings = [
    "auto_detect = false",
    "header = false",
    `delim = ${engineString(NO_SEPARATOR)}`,
    "quote = ''",
    "escape = ''",
    "strict_mode = false",
    "columns = {line: 'VARCHAR'}",
    `new_line = '${lineEnd}'`,
    "max_line_size = 67108864",
    // By default the engine takes sixteen such lines at once: a gigabyte.
    "buffer_size = 67108864",
  ];
  return `read_csv([${files.map((file) => engineString(file.readPath)).join(", ")}], ${settings.join(", ")})`;
}
