import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeletionVectorDescriptor } from "../../src/delta/actions.js";
import { deletionVectorPath, readDeletionVector, writeDeletionVectors } from "../../src/delta/deletion-vector.js";
import { decodeBitmapArray, encodeBitmapArray } from "../../src/delta/roaring-bitmap-array.js";
import { decodeZ85, encodeZ85 } from "../../src/delta/z85.js";
import { LocalStorage } from "../../src/storage/local-storage.js";
import { MemoryStorage } from "../../src/storage/memory-storage.js";

const positions = (...values: (number | bigint)[]) => BigInt64Array.from(values, BigInt);
const range = (from: number, to: number, step = 1) =>
  BigInt64Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => BigInt(from + i * step));

const inline: DeletionVectorDescriptor = {
  storageType: "i",
  pathOrInlineDv: "^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L",
  sizeInBytes: 44,
  cardinality: 6,
};

describe("the bitmaps of deletion vectors", () => {
  it("have the form of the Roaring format", () => {
    const bytes = encodeBitmapArray(positions(3, 4, 7, 11, 18, 29));
    expect(encodeZ85(bytes)).toBe(inline.pathOrInlineDv);
    expect(decodeBitmapArray(bytes, 6)).toEqual(positions(3, 4, 7, 11, 18, 29));
  });

  it("take the smallest container: an array, a bitmap or runs", () => {
    const header = 12 + 4;
    expect(encodeBitmapArray(range(0, 4096 * 2, 2))).toHaveLength(header + 16 + 2 * 4096);
    expect(encodeBitmapArray(range(0, 5000 * 2, 2))).toHaveLength(header + 16 + 8192);
    // One run, and no offsets below four containers.
    expect(encodeBitmapArray(range(10, 60_000))).toHaveLength(header + 4 + 1 + 4 + 2 + 4);
    expect(encodeBitmapArray(range(0, 4 * 65_536))).toHaveLength(header + 4 + 1 + 4 * 8 + 4 * 6);
  });

  it("are read as they were written", () => {
    const runs = fc
      .array(fc.tuple(fc.nat({ max: 70_000 }), fc.integer({ min: 1, max: 300 }), fc.constantFrom(1, 2, 3)), {
        minLength: 1,
        maxLength: 40,
      })
      .map((steps) => {
        const values: number[] = [];
        let next = 0;
        for (const [gap, length, step] of steps) {
          next += gap;
          for (let i = 0; i < length; i++, next += step) values.push(next);
        }
        return positions(...values);
      });
    const anywhere = fc
      .uniqueArray(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), { maxLength: 50 })
      .map((values) => positions(...values).sort());
    fc.assert(
      fc.property(fc.oneof(runs, anywhere), (values) => {
        expect(decodeBitmapArray(encodeBitmapArray(values), values.length)).toEqual(values);
      }),
      { numRuns: 60 },
    );
  });

  it("are not written where row numbers do not ascend", () => {
    for (const wrong of [positions(2, 1), positions(1, 1), positions(-1), positions(2n ** 32n, 1)]) {
      expect(() => encodeBitmapArray(wrong)).toThrow(RangeError);
    }
  });

  it("are told from other bytes, whatever is cut off or changed", () => {
    const bytes = encodeBitmapArray(positions(1, 5, 70_000));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeBitmapArray(bytes.slice(0, length), 3)).toThrow();
    }
    expect(() => decodeBitmapArray(Uint8Array.of(...bytes, 0), 3)).toThrow();
  });
});

describe("Z85", () => {
  it("gives back the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(decodeZ85(encodeZ85(bytes))?.slice(0, bytes.length)).toEqual(bytes);
      }),
    );
    expect(decodeZ85("HelloWorld")).toEqual(Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b));
    expect(decodeZ85("Hell~")).toBeUndefined();
    expect(decodeZ85("Hell")).toBeUndefined();
    expect(decodeZ85("#####")).toBeUndefined();
  });
});

describe("deletion vectors", () => {
  const vectors = [positions(0, 1, 2), range(0, 100_000, 7), positions(5_000_000_000n)];

  it("share one file, each with its size and checksum", async () => {
    const storage = new MemoryStorage();
    await storage.createFolder("/t");
    const { path: file, descriptors } = await writeDeletionVectors(storage, "/t", vectors);
    expect(file).toMatch(/^\/t\/deletion_vector_[0-9a-f-]{36}\.bin$/);
    expect(descriptors.map(({ storageType, cardinality }) => [storageType, cardinality])).toEqual([
      ["u", 3],
      ["u", 14_286],
      ["u", 1],
    ]);
    expect(descriptors[0]?.offset).toBe(1);
    for (const [i, descriptor] of descriptors.entries()) {
      expect(deletionVectorPath("/t", descriptor)).toBe(file);
      expect(await readDeletionVector(storage, "/t", descriptor)).toEqual(vectors[i]);
      const absolute = { ...descriptor, storageType: "p", pathOrInlineDv: `file://${file}` } as const;
      expect(await readDeletionVector(storage, "/elsewhere", absolute)).toEqual(vectors[i]);
    }
  });

  it("stand in the log itself, or below a folder", async () => {
    expect(await readDeletionVector(new MemoryStorage(), "/t", inline)).toEqual(positions(3, 4, 7, 11, 18, 29));
    const below: DeletionVectorDescriptor = {
      storageType: "u",
      pathOrInlineDv: "ab^-aqEH.-t@S}K{vb[*k^",
      offset: 4,
      sizeInBytes: 40,
      cardinality: 6,
    };
    expect(deletionVectorPath("/t", below)).toBe("/t/ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin");
  });

  it("that are damaged are refused by what is wrong with them", async () => {
    const storage = new MemoryStorage();
    await storage.createFolder("/t");
    const { path: file, descriptors } = await writeDeletionVectors(storage, "/t", vectors);
    const [first] = descriptors as [DeletionVectorDescriptor];
    const read = (descriptor: DeletionVectorDescriptor) => readDeletionVector(storage, "/t", descriptor);
    const refused = (descriptor: DeletionVectorDescriptor, condition: string) =>
      expect(read(descriptor)).rejects.toMatchObject({ condition });
    await refused({ ...first, cardinality: 4 }, "DELTA_DELETION_VECTOR_CARDINALITY_MISMATCH");
    await refused({ ...first, sizeInBytes: first.sizeInBytes + 1 }, "DELTA_DELETION_VECTOR_SIZE_MISMATCH");
    await refused({ ...first, offset: 1_000_000 }, "DELTA_DELETION_VECTOR_SIZE_MISMATCH");
    await refused({ ...first, pathOrInlineDv: "too short" }, "DELTA_DELETION_VECTOR_MALFORMED");
    await refused({ ...inline, sizeInBytes: 45 }, "DELTA_DELETION_VECTOR_SIZE_MISMATCH");
    const whole = await storage.read(file);
    const changed = (at: number) => Uint8Array.from(whole, (byte, i) => (i === at ? byte ^ 1 : byte));
    await storage.replace(file, changed(5 + first.sizeInBytes - 1));
    await refused(first, "DELTA_DELETION_VECTOR_CHECKSUM_MISMATCH");
    await storage.replace(file, changed(0));
    await refused(first, "DELTA_DELETION_VECTOR_MALFORMED");
    await storage.replace(file, whole.slice(0, 5 + first.sizeInBytes));
    await refused(first, "DELTA_DELETION_VECTOR_SIZE_MISMATCH");
    await storage.delete(file);
    await refused(first, "FILE_NOT_EXIST");
  });
});

const shared = process.env.LAKELET_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url));
const table = path.join(shared, "corpus", "dat__deletion_vectors", "delta");
const present = existsSync(table);

describe.skipIf(!present)(`deletion vectors of Spark${present ? "" : " (skipped: the corpus is not here)"}`, () => {
  it("are read", async () => {
    const log = path.join(table, "_delta_log", "00000000000000000002.json");
    const descriptors = readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line.startsWith('{"add"'))
      .map((line): DeletionVectorDescriptor | undefined => JSON.parse(line).add.deletionVector)
      .filter((one) => one !== undefined);
    expect(descriptors).not.toHaveLength(0);
    for (const descriptor of descriptors) {
      expect(await readDeletionVector(new LocalStorage(), table, descriptor)).toHaveLength(descriptor.cardinality);
    }
  });
});
