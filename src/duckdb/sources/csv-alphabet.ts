/** Which telling bytes occur in files at all: where one does not, the checks that look for it are left out. */
import { open } from "node:fs/promises";
import type { CsvOptions } from "./csv-options.js";
import type { ReadableFile } from "./readable-file.js";

/** False where the byte is in none of the files. */
export interface CsvAlphabet {
  readonly quote: boolean;
  readonly carriageReturn: boolean;
  readonly underscore: boolean;
  /** `/` or `\`, which part dates for the engine. */
  readonly slash: boolean;
  /** A space or a tab. */
  readonly blank: boolean;
}

/** Nothing is known: all may occur. */
export const ANY_ALPHABET: CsvAlphabet = {
  quote: true,
  carriageReturn: true,
  underscore: true,
  slash: true,
  blank: true,
};

const CHUNK_BYTES = 4 << 20;

/** Reads the files once; the search for a byte runs at 30 GB/s and ends where it is found, the reading at 10 GB/s from the page cache. */
export async function alphabetOf(
  files: readonly ReadableFile[],
  { quote, header }: Pick<CsvOptions, "quote" | "header">,
  checkCanceled: () => void,
): Promise<CsvAlphabet> {
  const bytes = {
    quote: quote.charCodeAt(0),
    carriageReturn: 13,
    underscore: 95,
    slash: 47,
    backslash: 92,
    space: 32,
    tab: 9,
  };
  const missing = new Map(Object.entries(bytes).filter(([, byte]) => !Number.isNaN(byte)));
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (const file of files) {
    const handle = await open(file.readPath);
    try {
      for (let first = true; missing.size > 0; first = false) {
        const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, null);
        checkCanceled();
        if (bytesRead === 0) break;
        // The header's own signs, like the underscores in names, say nothing of the values.
        const chunk = buffer.subarray(first && header ? buffer.subarray(0, bytesRead).indexOf(10) + 1 : 0, bytesRead);
        for (const [name, byte] of missing) if (chunk.includes(byte)) missing.delete(name);
      }
    } finally {
      await handle.close();
    }
  }
  const occurs = (name: keyof typeof bytes) => !missing.has(name);
  return {
    quote: quote !== "" && occurs("quote"),
    carriageReturn: occurs("carriageReturn"),
    underscore: occurs("underscore"),
    slash: occurs("slash") || occurs("backslash"),
    blank: occurs("space") || occurs("tab"),
  };
}
