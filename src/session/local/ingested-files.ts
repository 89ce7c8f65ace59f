/** The files that COPY INTO was given, and the table's memory of those that it ingested: one `txn` action a file. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Snapshot } from "../../delta/contract.js";
import type { FileSource } from "../../engine/engine.js";
import { field, STRING, struct } from "../../schema/data-type.js";
import { parseSchema } from "../../sql/parse/parse.js";
import type { CopyIntoRequest } from "../contract.js";
import type { Runtime } from "./runtime.js";

/** Application id of the transaction that remembers a file; its path follows. */
const MEMORY = "lakelet.copyInto/";

const CHUNK_BYTES = 1 << 20;

export interface SourceFile {
  /** Absolute path. */
  readonly path: string;
  /** As `input_file_name()` gives it, and `source_file` keeps it. */
  readonly uri: string;
  /** Of its content: the first 52 bits of the SHA-256, a number that a transaction's version can be. */
  readonly fingerprint: number;
}

/** URI -> fingerprint of the content that the table has of it. */
export type IngestedFiles = ReadonlyMap<string, number>;

export async function ingestedFiles(snapshot: Snapshot | undefined): Promise<IngestedFiles> {
  if (snapshot === undefined) return new Map();
  const transactions = [...(await snapshot.transactions()).values()];
  return new Map(
    transactions
      .filter(({ appId }) => appId.startsWith(MEMORY))
      .map(({ appId, version }) => [appId.slice(MEMORY.length), version]),
  );
}

/** What the commit remembers of the files. */
export function memoryOf(
  files: readonly SourceFile[],
): readonly { readonly appId: string; readonly version: number }[] {
  return files.map(({ uri, fingerprint }) => ({ appId: `${MEMORY}${uri}`, version: fingerprint }));
}

/** In the order of their paths; PATH_NOT_FOUND where there is none. */
export async function sourceFiles(runtime: Runtime, request: CopyIntoRequest): Promise<readonly SourceFile[]> {
  const from = typeof request.from === "string" ? [request.from] : request.from;
  const source: FileSource = {
    format: request.fileFormat,
    paths: from.map((path) => runtime.paths.resolve(path)),
    options: {},
    timeZone: runtime.state.timeZone,
    // Only the list of files is wanted here, so nothing has to be inferred.
    schema: request.schema === undefined ? struct([field("value", STRING)]) : parseSchema(request.schema),
  };
  const opened = await runtime.engine.openFiles(source);
  try {
    const paths = [...new Set(opened.files.map(({ path }) => path))];
    const files: SourceFile[] = [];
    for (const path of paths) files.push({ path, uri: uriOf(path), fingerprint: await fingerprint(runtime, path) });
    return files;
  } finally {
    await opened.close();
  }
}

export function uriOf(path: string): string {
  return `file://${path}`;
}

/** The first 52 bits of the SHA-256 of a file's content. */
export async function fingerprint({ engine }: Pick<Runtime, "engine">, path: string): Promise<number> {
  const hash = createHash("sha256");
  const checkCanceled = engine.cancellation();
  const handle = await open(path);
  try {
    // One buffer for all of it: a stream's, of a megabyte each, cost as much to collect as to read.
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, null);
      checkCanceled();
      if (bytesRead === 0) return Number.parseInt(hash.digest("hex").slice(0, 13), 16);
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
