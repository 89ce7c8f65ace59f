/** A source file as the engine can read it: itself, or a copy in UTF-8 of one in another encoding. */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { engineString } from "../../schema/engine-type.js";
import type { SourceFile } from "./source-paths.js";

export interface ReadableFile extends SourceFile {
  /** What the engine opens; the same as `path` but for a copy. */
  readonly readPath: string;
}

export interface ReadableFiles {
  readonly files: readonly ReadableFile[];
  close(): Promise<void>;
}

/** Copies files of other encodings than UTF-8 to a folder of their own, which `close` removes. */
export async function readableFiles(files: readonly SourceFile[], encoding: string): Promise<ReadableFiles> {
  if (encoding === "utf-8")
    return { files: files.map((file) => ({ ...file, readPath: file.path })), close: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), "lakelet-utf8-"));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const copies: ReadableFile[] = [];
    for (const [i, file] of files.entries()) {
      const readPath = join(folder, String(i));
      await pipeline(Readable.from(decodedText(file.path, encoding)), createWriteStream(readPath));
      copies.push({ ...file, readPath });
    }
    return { files: copies, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The text of a file in pieces, of which only the first may be wanted; bytes that are none in the encoding become U+FFFD, as in Spark. */
export async function* decodedText(path: string, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 16 }))
    yield decoder.decode(bytes as Buffer, { stream: true });
  yield decoder.decode();
}

/** Engine SQL: the path of the file that the user named. */
export function originalPath(files: readonly ReadableFile[], readPath: string): string {
  const copies = files.filter((file) => file.readPath !== file.path);
  if (copies.length === 0) return readPath;
  const entries = copies.map((file) => `${engineString(file.readPath)}: ${engineString(file.path)}`);
  return `MAP {${entries.join(", ")}}[${readPath}]`;
}
