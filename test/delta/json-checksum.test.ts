import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { jsonChecksum } from "../../src/delta/json-checksum.js";

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

it("is the MD5 of the sorted values by their paths, itself left out", () => {
  const object = { b: { y: null, x: "https://delta.io" }, checksum: "?", a: 10 };
  expect(jsonChecksum(object)).toBe(md5('"a"=10,"b"+"x"="https%3A%2F%2Fdelta.io","b"+"y"=null'));
  expect(jsonChecksum({ "a b": [null, "hi ho!", 2.71, true] })).toBe(
    md5('"a%20b"+0=null,"a%20b"+1="hi%20ho%21","a%20b"+2=2.71,"a%20b"+3=true'),
  );
});

const corpus = join(process.env.LAKELET_SHARED ?? join(import.meta.dirname, "../../../shared"), "corpus");

it.skipIf(!existsSync(corpus))(
  "is what Spark wrote in every table of the corpus (skipped where that is absent)",
  () => {
    const told = readdirSync(corpus, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name === "_last_checkpoint")
      .flatMap((entry) => parsed(readFileSync(join(entry.parentPath, entry.name), "utf8")))
      .filter(({ checksum }) => checksum !== undefined);
    expect(told.length).toBeGreaterThan(0);
    for (const hint of told) expect(jsonChecksum(hint)).toBe(hint.checksum);
  },
);

function parsed(text: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? [{ ...value }] : [];
  } catch {
    return [];
  }
}
