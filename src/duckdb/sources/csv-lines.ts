/** Counts the lines of CSV files whose lines are their rows, without taking them apart. */
import { open } from "node:fs/promises";
import type { ReadableFile } from "./readable-file.js";

const CHUNK_BYTES = 4 << 20;
const LINE_FEED = 10;
/** From here down are the bytes of lines that are empty, or may be. */
const SPACE = 32;

/**
 * Lines of the files, their headers left out; undefined where one is empty or begins with a blank, for such a line may be no row. The files
 * have neither carriage returns nor quotes. A tenth of the time of the engine's own reader.
 */
export async function lineCount(
  files: readonly ReadableFile[],
  header: boolean,
  checkCanceled: () => void,
): Promise<bigint | undefined> {
  let count = 0;
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (const file of files) {
    const lines = await linesOf(file, buffer, checkCanceled);
    if (lines === undefined) return undefined;
    count += header && lines > 0 ? lines - 1 : lines;
  }
  return BigInt(count);
}

async function linesOf(file: ReadableFile, buffer: Buffer, checkCanceled: () => void): Promise<number | undefined> {
  const handle = await open(file.readPath);
  try {
    let lines = 0;
    let isLineBegun = false;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      checkCanceled();
      if (bytesRead === 0) return isLineBegun ? lines + 1 : lines;
      const chunk = buffer.subarray(0, bytesRead);
      let begin = 0;
      if (!isLineBegun && isBlank(chunk, begin)) return undefined;
      for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, begin)) {
        lines++;
        begin = end + 1;
        if (begin < bytesRead && isBlank(chunk, begin)) return undefined;
      }
      isLineBegun = begin < bytesRead;
    }
  } finally {
    await handle.close();
  }
}

function isBlank(chunk: Buffer, at: number): boolean {
  return (chunk[at] ?? 0) <= SPACE;
}
