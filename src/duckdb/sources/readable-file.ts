/** A source file as it can be read byte by byte: itself, or a plain copy in UTF-8 of one that is compressed or in another encoding. */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createInflate } from "node:zlib";
import { LakeletError } from "../../errors/lakelet-error.js";
import { engineString } from "../../schema/engine-type.js";
import type { SourceFile } from "./source-paths.js";

export interface ReadableFile extends SourceFile {
  /** What is opened; the same as `path` but for a copy. */
  readonly readPath: string;
}

export interface ReadableFiles {
  readonly files: readonly ReadableFile[];
  close(): Promise<void>;
}

/**
 * Copies compressed files and those of other encodings than UTF-8 to a folder of their own, which `close` removes. The engine would open
 * the compressed ones itself; but headers, line ends and malformed lines are looked for in their bytes.
 * @throws UNSUPPORTED_FEATURE.COMPRESSION_CODEC
 */
export async function readableFiles(files: readonly SourceFile[], encoding: string): Promise<ReadableFiles> {
  const isPlain = ({ path }: SourceFile) => encoding === "utf-8" && codecOf(path) === undefined;
  if (files.every(isPlain))
    return { files: files.map((file) => ({ ...file, readPath: file.path })), close: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), "lakelet-utf8-"));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const copies: ReadableFile[] = [];
    for (const [i, file] of files.entries()) {
      const readPath = isPlain(file) ? file.path : join(folder, String(i));
      if (!isPlain(file)) await copyPlain(file.path, encoding, readPath);
      copies.push({ ...file, readPath });
    }
    return { files: copies, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Codec = "gzip" | "deflate";

const CODECS: Readonly<Record<string, Codec>> = { ".gz": "gzip", ".deflate": "deflate" };
const OTHER_CODECS: ReadonlySet<string> = new Set([".bz2", ".lz4", ".snappy", ".zst", ".xz"]);

/** By the name's ending, as Hadoop does it. */
function codecOf(path: string): Codec | undefined {
  const ending = extname(path).toLowerCase();
  if (!OTHER_CODECS.has(ending)) return CODECS[ending];
  throw new LakeletError({
    condition: "UNSUPPORTED_FEATURE.COMPRESSION_CODEC",
    sqlState: "0A000",
    problem: `The file ${path} is compressed by a codec that is not supported: ${ending.slice(1)}.`,
    cure: "Compress it by gzip (.gz) or deflate (.deflate), or leave it plain.",
    parameters: { path, codec: ending.slice(1) },
  });
}

async function copyPlain(path: string, encoding: string, to: string): Promise<void> {
  const codec = codecOf(path);
  if (codec === undefined) return pipeline(Readable.from(decodedText(path, encoding)), createWriteStream(to));
  try {
    const unpacking = codec === "gzip" ? createGunzip() : createInflate();
    if (encoding === "utf-8") return await pipeline(createReadStream(path), unpacking, createWriteStream(to));
    await pipeline(createReadStream(path), unpacking, (bytes) => decoded(bytes, encoding), createWriteStream(to));
  } catch (error) {
    throw new LakeletError({
      condition: "FAILED_READ_FILE.NO_HINT",
      sqlState: "KD001",
      problem: `Encountered error while reading file ${path}: ${error instanceof Error ? error.message : String(error)}.`,
      reason: `By its name it is compressed by ${codec}.`,
      cure: "Has it arrived whole? A file that is not compressed needs another name.",
      parameters: { path },
      cause: error,
    });
  }
}

async function* decoded(pieces: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of pieces) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}

/** The text of a file in pieces, of which only the first may be wanted; bytes that are none in the encoding become U+FFFD, as in Spark. */
export async function* decodedText(path: string, encoding: string): AsyncGenerator<string> {
  yield* decoded(createReadStream(path, { highWaterMark: 1 << 16 }), encoding);
}

/** Engine SQL: the path of the file that the user named. */
export function originalPath(files: readonly ReadableFile[], readPath: string): string {
  const copies = files.filter((file) => file.readPath !== file.path);
  if (copies.length === 0) return readPath;
  const entries = copies.map((file) => `${engineString(file.readPath)}: ${engineString(file.path)}`);
  return `MAP {${entries.join(", ")}}[${readPath}]`;
}
