/** Engine SQL that reads files line by line, whatever the lines hold. */
import { engineString } from "../../schema/engine-type.js";
import type { ReadableFile } from "./readable-file.js";

/** No file holds this; the reader has to have a separator. */
const NO_SEPARATOR = "\u001f\u001e\u001d\u001c";

/** Columns `line` (VARCHAR, NULL for an empty line) and `filename`; lines end with LF, CR LF or CR. */
export function rawLines(files: readonly ReadableFile[]): string {
  const paths = files.map((file) => engineString(file.readPath)).join(", ");
  return `read_csv([${paths}], auto_detect = false, header = false, delim = ${engineString(NO_SEPARATOR)}, quote = '', escape = '', strict_mode = false, columns = {line: 'VARCHAR'}, max_line_size = 67108864)`;
}
