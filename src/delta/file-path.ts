/** Paths of the log and of the file system: `add.path` is URI-encoded once more than the file's name (Delta protocol, "Add File"). */
import path from "node:path";
import type { DeletionVectorDescriptor } from "./actions.js";

/** Parts a file's path from the identity of its deletion vector: no path holds it. */
export const KEY_SEPARATOR = "\0";

const URI_SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;

/**
 * The absolute path of a file as the log names it: relative to the table, or as the URI of a file that lies outside it.
 * @example logPath("/lake/t", "/lake/t/day=2024%2F01/x.parquet") // "day=2024%252F01/x.parquet"
 */
export function logPath(location: string, absolutePath: string): string {
  const relative = path.relative(location, absolutePath);
  if (relative === ".." || relative.startsWith("../")) return `file://${encodePath(absolutePath)}`;
  return encodePath(relative);
}

/**
 * The absolute file that a path of the log names. URIs of other schemes than `file` stay as they are.
 * @example absolutePath("/lake/t", "day=2024%252F01/x.parquet") // "/lake/t/day=2024%2F01/x.parquet"
 */
export function absolutePath(location: string, pathInLog: string): string {
  if (!URI_SCHEME.test(pathInLog)) {
    const decoded = decodePath(pathInLog);
    return decoded.startsWith("/") ? decoded : path.join(location, decoded);
  }
  return canonicalPath(pathInLog);
}

/** Identifies a file in the reconciliation of the log: the decoded path, and the id of its deletion vector. */
export function fileKey(file: { readonly path: string; readonly deletionVector?: DeletionVectorDescriptor }): string {
  const key = canonicalPath(file.path);
  return file.deletionVector === undefined ? key : `${key}${KEY_SEPARATOR}${deletionVectorId(file.deletionVector)}`;
}

/** The paths of files by their keys. */
export function canonicalPathsOf(keys: Iterable<string>): string[] {
  return Array.from(keys, (key) => key.split(KEY_SEPARATOR, 1)[0] ?? key);
}

/** The key of a file whose id has the path and the parts of its deletion vector's identity. */
export function keyOfId(id: string): string {
  const [file = "", storageType, pathOrInlineDv, offset] = id.split(KEY_SEPARATOR);
  if (storageType === undefined || pathOrInlineDv === undefined) return fileKey({ path: file });
  const vector = { storageType: storageType as "u" | "i" | "p", pathOrInlineDv, sizeInBytes: 0, cardinality: 0 };
  return fileKey({ path: file, deletionVector: offset === undefined ? vector : { ...vector, offset: Number(offset) } });
}

/** The path decoded once; `file:/x` and `file:///x` are the same file `/x`. */
export function canonicalPath(pathInLog: string): string {
  const decoded = decodePath(pathInLog);
  return decoded.startsWith("file:") ? decoded.replace(/^file:(?:\/\/[^/]*)?/, "") : decoded;
}

function deletionVectorId({ storageType, pathOrInlineDv, offset }: DeletionVectorDescriptor): string {
  const id = `${storageType}${pathOrInlineDv}`;
  return offset === undefined ? id : `${id}@${offset}`;
}

/** encodeURI keeps what has a meaning in URIs; in a path these characters have none. */
function encodePath(text: string): string {
  return encodeURI(text).replace(/[#?:]/g, encodeURIComponent);
}

/** A path of the log with its percent signs resolved. */
export function decodePath(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // Not a URI: written by someone who did not encode it, so the text is the name itself.
    return text;
  }
}
