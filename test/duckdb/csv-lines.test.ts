/** Records of CSV files that are counted by lines, held against the rows that are read of the same files. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lineCount } from "../../src/duckdb/sources/csv-lines.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakelet-lines-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function count(texts: readonly string[], header = true): Promise<bigint | undefined> {
  const files = [];
  for (const [i, text] of texts.entries()) {
    const path = join(folder, `${i}.csv`);
    await writeFile(path, text);
    files.push({ path, readPath: path, size: text.length, modifiedAt: 0 });
  }
  return lineCount(files, header, () => undefined);
}

describe("lineCount", () => {
  test.each<[string, string[], boolean, bigint | undefined]>([
    ["with a last line feed", ["a,b\n1,2\n3,4\n"], true, 2n],
    ["without a last line feed", ["a,b\n1,2\n3,4"], true, 2n],
    ["a header alone", ["a,b\n", "a,b"], true, 0n],
    ["no header", ["1,2\n3,4\n", "5,6"], false, 3n],
    ["an empty file among others", ["", "a\n1\n"], true, 1n],
    ["a missing first value", ["a,b\n,2\n"], true, 1n],
    ["an empty line is not sure to be a row", ["a\n1\n\n2\n"], true, undefined],
    ["nor is one of blanks", ["a\n \n2\n"], true, undefined],
    ["nor is an empty last line", ["a\n1\n\n"], true, undefined],
  ])("%s", async (_, texts, header, expected) => {
    expect(await count(texts, header)).toBe(expected);
  });

  test("lines that lie across the pieces in which a file is read", async () => {
    const lines = 700_000;
    expect(await count([`id,name\n${"1234,abc\n".repeat(lines)}`])).toBe(BigInt(lines));
  });
});
