/** The files of a clone: the source's own under absolute URIs, or copies of them. */
import path from "node:path";
import type { AddFile, DeletionVectorDescriptor } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import { deletionVectorPath, readDeletionVector } from "../../delta/deletion-vector.js";
import { absolutePath, fileKey, logPath } from "../../delta/file-path.js";
import { isLakeletError } from "../../errors/lakelet-error.js";
import { inParallel } from "../../storage/in-parallel.js";
import type { CommandContext, TargetTable } from "../contract.js";
import type { StagedFiles } from "../staged-files.js";
import { missingSourceFile } from "./clone-errors.js";

export interface ClonedFiles {
  /** All files of the clone. */
  readonly files: readonly AddFile[];
  /** Absolute paths of data files and deletion vectors that were copied. */
  readonly copied: readonly string[];
  readonly copiedFiles: number;
  readonly copiedBytes: number;
}

const COPY_CONCURRENCY = 4;

/** The files as they are, found from anywhere. */
export function sharedFiles({ location }: Snapshot, files: readonly AddFile[]): ClonedFiles {
  const shared = files.map((file): AddFile => {
    const { deletionVector: vector, ...rest } = file;
    return {
      ...rest,
      path: absoluteUri(location, absolutePath(location, file.path)),
      dataChange: true,
      ...(vector === undefined ? {} : { deletionVector: sharedVector(location, vector) }),
    };
  });
  return { files: shared, copied: [], copiedFiles: 0, copiedBytes: 0 };
}

function sharedVector(location: string, vector: DeletionVectorDescriptor): DeletionVectorDescriptor {
  const file = deletionVectorPath(location, vector);
  return file === undefined ? vector : { ...vector, storageType: "p", pathOrInlineDv: absoluteUri(location, file) };
}

/**
 * `logPath` seen from a folder that the file is not in, so that it is absolute. With one slash, as Spark has it: of a path with three it does
 * not find the rows again that it is about to mark.
 */
function absoluteUri(location: string, file: string): string {
  return logPath(path.join(location, "_delta_log", "x"), file).replace(/^file:\/\//, "file:");
}

/**
 * Copies the files into the target's folder under the names that they have in the source. What an earlier clone has copied is taken as it is:
 * a data file never changes under its name.
 */
export async function copiedFiles(
  context: CommandContext,
  source: TargetTable,
  snapshot: Snapshot,
  files: readonly AddFile[],
  target: { readonly location: string; readonly files: readonly AddFile[]; readonly staged: StagedFiles },
): Promise<ClonedFiles> {
  const known = new Map(target.files.map((file) => [fileKey({ path: file.path }), file]));
  const copied: string[] = [];
  let copiedBytes = 0;
  let count = 0;
  const copy = async (from: string, to: string): Promise<void> => {
    try {
      await target.staged.copy(from, to);
    } catch (error) {
      if (isLakeletError(error, "FILE_NOT_EXIST")) throw missingSourceFile(source.name, from);
      throw error;
    }
    copied.push(to);
  };
  const vectors = new VectorCopies(context, snapshot, target, copy);
  const clones = await inParallel(files, COPY_CONCURRENCY, async (file): Promise<AddFile> => {
    const { deletionVector: vector, ...rest } = file;
    const deletionVector = vector && (await vectors.copy(vector));
    const own = { ...rest, dataChange: true, ...(deletionVector === undefined ? {} : { deletionVector }) };
    const from = absolutePath(snapshot.location, file.path);
    const relative = path.relative(snapshot.location, from);
    const inside = !relative.startsWith("..");
    let to = path.join(target.location, inside ? relative : path.basename(from));
    const before = known.get(fileKey({ path: logPath(target.location, to) }));
    if (before?.size === file.size && before.stats === file.stats) return { ...own, path: before.path };
    // Somebody else's, or what a killed clone left half written.
    if ((await context.storage.lstat(to)) !== undefined)
      to = path.join(target.location, `${crypto.randomUUID()}-${path.basename(from)}`);
    await copy(from, to);
    count++;
    copiedBytes += file.size;
    return { ...own, path: logPath(target.location, to), modificationTime: context.now() };
  });
  return { files: clones, copied, copiedFiles: count, copiedBytes };
}

/** Deletion vectors of several files lie in one file, which is copied once. */
class VectorCopies {
  readonly #context: CommandContext;
  readonly #snapshot: Snapshot;
  readonly #target: { readonly location: string; readonly staged: StagedFiles };
  readonly #copy: (from: string, to: string) => Promise<void>;
  readonly #files = new Map<string, Promise<void>>();

  constructor(
    context: CommandContext,
    snapshot: Snapshot,
    target: { readonly location: string; readonly staged: StagedFiles },
    copy: (from: string, to: string) => Promise<void>,
  ) {
    this.#context = context;
    this.#snapshot = snapshot;
    this.#target = target;
    this.#copy = copy;
  }

  /** The descriptor by which the target knows the vector. */
  async copy(vector: DeletionVectorDescriptor): Promise<DeletionVectorDescriptor> {
    const { location } = this.#snapshot;
    if (vector.storageType === "i") return vector;
    if (vector.storageType === "p") {
      const positions = await readDeletionVector(this.#context.storage, location, vector);
      const [written] = await this.#target.staged.writeVectors([positions]);
      return written ?? vector;
    }
    const from = deletionVectorPath(location, vector) ?? "";
    const copying = this.#files.get(from) ?? this.#copyOnce(from, vector);
    this.#files.set(from, copying);
    await copying;
    return vector;
  }

  /** Its name is a UUID, so a file of that name is that file: but one that a killed clone left may be cut short. */
  async #copyOnce(from: string, vector: DeletionVectorDescriptor): Promise<void> {
    const to = deletionVectorPath(this.#target.location, vector) ?? "";
    const { storage } = this.#context;
    const [there, original] = [await storage.stat(to), await storage.stat(from)];
    if (there !== undefined && there.size === original?.size) return;
    if (there !== undefined) await storage.delete(to);
    await this.#copy(from, to);
  }
}
