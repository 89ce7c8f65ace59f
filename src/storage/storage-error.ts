/** The errors of a file system as named conditions, the system's own error kept as the cause. */
import { LakeletError } from "../errors/lakelet-error.js";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "Access is denied.",
  EDQUOT: "The disk quota is used up.",
  EIO: "The disk reported an input/output error.",
  EISDIR: "The path is a folder.",
  EMFILE: "The process has too many open files.",
  ENOSPC: "No space is left on the disk.",
  ENOTDIR: "A part of the path is a file, not a folder.",
  EPERM: "The operation is not permitted.",
  EROFS: "The file system is read-only.",
};

const CURES: Readonly<Record<string, string>> = {
  EACCES: "Grant the user of this process access to the path.",
  EDQUOT: "Free some space or raise the quota, and run again.",
  EMFILE: "Raise the limit of open files (ulimit -n).",
  ENOSPC: "Free some space and run again.",
};

export function errorCode(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code ?? "UNKNOWN";
}

function storageError(condition: string, problem: string, path: string, cause: unknown): LakeletError {
  const code = errorCode(cause);
  const cure = CURES[code];
  return new LakeletError({
    condition,
    problem,
    reason: REASONS[code] ?? (cause instanceof Error ? `${cause.message}.` : `${String(cause)}.`),
    ...(cure === undefined ? {} : { cure }),
    parameters: { path, errorCode: code },
    cause,
  });
}

export function fileNotExist(path: string, cause?: unknown): LakeletError {
  return new LakeletError({
    condition: "FILE_NOT_EXIST",
    sqlState: "42K03",
    problem: `The file "${path}" does not exist.`,
    parameters: { path },
    cause,
  });
}

/** A read that failed, `FILE_NOT_EXIST` where the file is missing, else `FAILED_READ_FILE`. */
export function failedRead(path: string, cause: unknown): LakeletError {
  if (errorCode(cause) === "ENOENT") return fileNotExist(path, cause);
  return storageError("FAILED_READ_FILE", `"${path}" cannot be read.`, path, cause);
}

/** A write that failed and left nothing under the path's name. */
export function failedWrite(path: string, cause: unknown): LakeletError {
  return storageError("FAILED_WRITE_FILE", `"${path}" cannot be written.`, path, cause);
}

/** The call that gives a file its name failed, and the name may be there nevertheless. */
export function unknownWriteOutcome(path: string, cause: unknown): LakeletError {
  return storageError(
    "FAILED_WRITE_FILE.UNKNOWN_OUTCOME",
    `Creating "${path}" failed at the moment of publishing, so it may exist or not.`,
    path,
    cause,
  );
}

/** The file has its name, but the folder's fsync failed: it may be gone after a power failure. A later fsync proves nothing. */
export function notDurable(path: string, cause: unknown): LakeletError {
  return storageError(
    "FAILED_WRITE_FILE.NOT_DURABLE",
    `"${path}" was written, but its folder could not be flushed to disk, so it may be lost at a power failure.`,
    path,
    cause,
  );
}
