/** Damages of one file's bytes, and of a log's files as a whole. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface ByteDamage {
  readonly what: string;
  readonly bytes: Buffer;
}

const BLOCK = 512;

/** The n-th damage of a file: bits flipped, bytes replaced, the end cut off, a block zeroed or repeated, a part left out. */
export function damageBytes(good: Buffer, next: () => number): ByteDamage {
  const at = Math.floor(next() * good.length);
  const kind = next();
  if (kind < 0.4) {
    const bit = Math.floor(next() * 8);
    const bytes = Buffer.from(good);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
    return { what: `bit ${bit} of byte ${at} flipped`, bytes };
  }
  if (kind < 0.65) {
    const value = Math.floor(next() * 256);
    const bytes = Buffer.from(good);
    bytes[at] = value;
    return { what: `byte ${at} is ${value}`, bytes };
  }
  if (kind < 0.85) return { what: `cut off after ${at} bytes`, bytes: good.subarray(0, at) };
  const end = Math.min(good.length, at + 1 + Math.floor(next() * BLOCK));
  if (kind < 0.9) {
    const bytes = Buffer.from(good);
    bytes.fill(0, at, end);
    return { what: `bytes ${at} to ${end} are zero`, bytes };
  }
  if (kind < 0.95) {
    return {
      what: `bytes ${at} to ${end} are there twice`,
      bytes: Buffer.concat([good.subarray(0, end), good.subarray(at)]),
    };
  }
  return {
    what: `bytes ${at} to ${end} are missing`,
    bytes: Buffer.concat([good.subarray(0, at), good.subarray(end)]),
  };
}

export interface LogDamage {
  readonly what: string;
  /** What must come of it: an error, the right rows, or one of the two. */
  readonly expected: "error" | "rows" | "either";
  apply(location: string): void;
}

const log = (location: string, name: string): string => join(location, "_delta_log", name);
const commit = (version: number): string => `${String(version).padStart(20, "0")}.json`;
const lines = (location: string, version: number): string[] =>
  readFileSync(log(location, commit(version)), "utf8")
    .trimEnd()
    .split("\n");
const rewrite = (location: string, version: number, change: (lines: string[]) => readonly string[]): void =>
  writeFileSync(log(location, commit(version)), `${change(lines(location, version)).join("\n")}\n`);
const hint = (text: string) => (location: string) => writeFileSync(log(location, "_last_checkpoint"), text);
const protocol = (body: unknown) => (location: string) =>
  rewrite(location, 7, (all) => [...all, JSON.stringify({ protocol: body })]);

/** Damages of a table that has the commits 0 to 7, and a checkpoint of 5 or none. `last` is its newest version. */
export const LOG_DAMAGES: readonly LogDamage[] = [
  { what: "a gap before the last version", expected: "error", apply: (at) => rmSync(log(at, commit(6))) },
  {
    what: "the last version under a far number",
    expected: "error",
    apply: (at) => renameSync(log(at, commit(7)), log(at, commit(70))),
  },
  {
    what: "two commits swapped",
    expected: "either",
    apply: (at) => {
      const [six, seven] = [readFileSync(log(at, commit(6))), readFileSync(log(at, commit(7)))];
      writeFileSync(log(at, commit(6)), seven);
      writeFileSync(log(at, commit(7)), six);
    },
  },
  { what: "an empty commit", expected: "error", apply: (at) => writeFileSync(log(at, commit(7)), "") },
  { what: "a commit of blanks", expected: "error", apply: (at) => writeFileSync(log(at, commit(7)), " \n\n") },
  {
    what: "a commit of zeros",
    expected: "error",
    apply: (at) => writeFileSync(log(at, commit(7)), Buffer.alloc(4096)),
  },
  {
    what: "a folder in the place of a commit",
    expected: "error",
    apply: (at) => {
      rmSync(log(at, commit(6)));
      mkdirSync(log(at, commit(6)));
    },
  },
  {
    what: "Windows line ends",
    expected: "rows",
    apply: (at) => rewrite(at, 7, (all) => all.map((line) => `${line}\r`)),
  },
  {
    what: "a mark of byte order",
    expected: "either",
    apply: (at) => writeFileSync(log(at, commit(7)), `\ufeff${lines(at, 7).join("\n")}\n`),
  },
  { what: "a line that is null", expected: "error", apply: (at) => rewrite(at, 7, (all) => [...all, "null"]) },
  { what: "a line that is a number", expected: "error", apply: (at) => rewrite(at, 7, (all) => [...all, "17"]) },
  {
    what: "a line without an end",
    expected: "rows",
    apply: (at) => writeFileSync(log(at, commit(7)), lines(at, 7).join("\n")),
  },
  {
    what: "an action of a kind that nobody knows",
    expected: "rows",
    apply: (at) => rewrite(at, 7, (all) => [...all, '{"future":{"path":"x"}}']),
  },
  {
    what: "a line of 32 MB",
    expected: "rows",
    apply: (at) => rewrite(at, 7, (all) => [...all, `{"future":{"text":"${"x".repeat(32 * 2 ** 20)}"}}`]),
  },
  {
    what: "a line nested 100,000 deep",
    expected: "either",
    apply: (at) => rewrite(at, 7, (all) => [...all, `{"future":${"[".repeat(1e5)}${"]".repeat(1e5)}}`]),
  },
  { what: "the same actions twice", expected: "either", apply: (at) => rewrite(at, 7, (all) => [...all, ...all]) },
  {
    what: "an unknown reader feature",
    expected: "error",
    apply: protocol({
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ["unheardOf"],
      writerFeatures: ["unheardOf"],
    }),
  },
  {
    what: "a reader version of the future",
    expected: "error",
    apply: protocol({ minReaderVersion: 9, minWriterVersion: 9 }),
  },
  { what: "reader version 0", expected: "either", apply: protocol({ minReaderVersion: 0, minWriterVersion: 0 }) },
  {
    what: "a reader version that is text",
    expected: "error",
    apply: protocol({ minReaderVersion: "1", minWriterVersion: 2 }),
  },
  { what: "a protocol without versions", expected: "error", apply: protocol({}) },
  {
    what: "reader features without the list",
    expected: "either",
    apply: protocol({ minReaderVersion: 3, minWriterVersion: 7 }),
  },
  {
    what: "features that are no list",
    expected: "error",
    apply: protocol({ minReaderVersion: 3, minWriterVersion: 7, readerFeatures: "columnMapping", writerFeatures: {} }),
  },
  {
    what: "two protocols in one commit",
    expected: "either",
    apply: (at) =>
      rewrite(at, 7, (all) => [
        ...all,
        ...[1, 2].map((n) => JSON.stringify({ protocol: { minReaderVersion: n, minWriterVersion: 2 } })),
      ]),
  },
  {
    what: "two metadata in one commit",
    expected: "either",
    apply: (at) => rewrite(at, 6, (all) => [...all, ...all.filter((line) => line.startsWith('{"metaData"'))]),
  },
  {
    what: "a schema that is none",
    expected: "error",
    apply: (at) =>
      rewrite(at, 6, (all) =>
        all.map((line) => line.replace(/"schemaString":"[^}]*?\\"fields\\"/, '"schemaString":"{\\"fields\\"')),
      ),
  },
  { what: "an empty hint", expected: "rows", apply: hint("") },
  { what: "a hint of zeros", expected: "rows", apply: hint("\0".repeat(200)) },
  { what: "a hint that is a list", expected: "rows", apply: hint("[5]") },
  { what: "a hint to a version that is not there", expected: "rows", apply: hint('{"version":99,"size":1}') },
  { what: "a hint to version -1", expected: "rows", apply: hint('{"version":-1,"size":1}') },
  { what: "a hint to version 1.5", expected: "rows", apply: hint('{"version":1.5,"size":1}') },
  { what: "a hint to version 1e300", expected: "rows", apply: hint('{"version":1e300,"size":1}') },
  { what: "a hint with parts that are not there", expected: "rows", apply: hint('{"version":5,"size":1,"parts":3}') },
  {
    what: "a folder in the place of the hint",
    expected: "either",
    apply: (at) => {
      rmSync(log(at, "_last_checkpoint"), { force: true });
      mkdirSync(log(at, "_last_checkpoint"));
    },
  },
  {
    what: "a part of a checkpoint whose other parts are missing",
    expected: "rows",
    apply: (at) => writeFileSync(log(at, `${"7".padStart(20, "0")}.checkpoint.0000000001.0000000002.parquet`), "PAR1"),
  },
  {
    what: "a checkpoint without bytes",
    expected: "rows",
    apply: (at) => writeFileSync(log(at, `${"7".padStart(20, "0")}.checkpoint.parquet`), ""),
  },
  {
    what: "a checkpoint that is none, newer than the good one",
    expected: "rows",
    apply: (at) => writeFileSync(log(at, `${"6".padStart(20, "0")}.checkpoint.parquet`), "PAR1 and then nothing PAR1"),
  },
  {
    what: "the checkpoint under another version's name",
    expected: "either",
    apply: (at) => {
      for (const name of readdirSync(join(at, "_delta_log"))) {
        if (name.includes(".checkpoint."))
          renameSync(log(at, name), log(at, name.replace(/^\d{20}/, "6".padStart(20, "0"))));
      }
    },
  },
  {
    what: "files of other programs beside the log",
    expected: "rows",
    apply: (at) => {
      for (const name of ["notes.txt", ".tmp", "00000000000000000008.json.swp", "8.json", "00000000000000000009.crc"]) {
        writeFileSync(log(at, name), "x");
      }
    },
  },
];
