/** Deletion vectors: which rows of a data file are gone, in the log or in a file beside the data (Delta protocol, "Deletion Vectors"). */
import { randomUUID } from "node:crypto";
import path from "node:path";
import { crc32 } from "node:zlib";
import type { DeletedRows } from "../engine/engine.js";
import type { Storage } from "../storage/storage.js";
import type { AddFile, DeletionVectorDescriptor } from "./actions.js";
import {
  deletionVectorCardinalityMismatch,
  deletionVectorChecksumMismatch,
  deletionVectorSizeMismatch,
  malformedDeletionVector,
} from "./deletion-vector-error.js";
import { absolutePath } from "./file-path.js";
import { MalformedBitmap } from "./roaring-bitmap.js";
import { decodeBitmapArray, encodeBitmapArray } from "./roaring-bitmap-array.js";
import { decodeZ85, encodeZ85 } from "./z85.js";

const FORMAT_VERSION = 1;
/** Characters of a UUID in Z85; what stands before them is a folder. */
const ENCODED_UUID_LENGTH = 20;
const SIZE_BYTES = 4;
const CHECKSUM_BYTES = 4;

/**
 * Row numbers that a deletion vector marks, from 0, ascending.
 * Throws DELTA_DELETION_VECTOR_SIZE_MISMATCH, DELTA_DELETION_VECTOR_CHECKSUM_MISMATCH, DELTA_DELETION_VECTOR_CARDINALITY_MISMATCH;
 * DELTA_DELETION_VECTOR_MALFORMED for bytes that are no bitmap; FILE_NOT_EXIST.
 */
export async function readDeletionVector(
  storage: Storage,
  location: string,
  descriptor: DeletionVectorDescriptor,
): Promise<BigInt64Array> {
  const source = deletionVectorPath(location, descriptor) ?? "the log";
  const bytes =
    descriptor.storageType === "i" ? inlineBytes(descriptor) : await storedBytes(storage, source, descriptor);
  const positions = decoded(bytes, source, descriptor);
  if (positions.length !== descriptor.cardinality) {
    throw deletionVectorCardinalityMismatch(source, descriptor.cardinality, positions.length);
  }
  return positions;
}

/**
 * Writes deletion vectors into one new file of the table's folder, durably; gives their descriptors in order.
 * @param vectors Row numbers, ascending, none twice.
 */
export async function writeDeletionVectors(
  storage: Storage,
  location: string,
  vectors: readonly BigInt64Array[],
): Promise<{ readonly path: string; readonly descriptors: readonly DeletionVectorDescriptor[] }> {
  const uuid = randomUUID();
  const file = path.join(location, fileName(uuid));
  const encoded = vectors.map(encodeBitmapArray);
  const bytes = new Uint8Array(encoded.reduce((sum, one) => sum + SIZE_BYTES + one.length + CHECKSUM_BYTES, 1));
  const view = new DataView(bytes.buffer);
  bytes[0] = FORMAT_VERSION;
  let offset = 1;
  const descriptors = encoded.map((one, i): DeletionVectorDescriptor => {
    const start = offset;
    view.setUint32(start, one.length);
    bytes.set(one, start + SIZE_BYTES);
    view.setUint32(start + SIZE_BYTES + one.length, crc32(one));
    offset += SIZE_BYTES + one.length + CHECKSUM_BYTES;
    return {
      storageType: "u",
      pathOrInlineDv: encodeZ85(Buffer.from(uuid.replaceAll("-", ""), "hex")),
      offset: start,
      sizeInBytes: one.length,
      cardinality: vectors[i]?.length ?? 0,
    };
  });
  try {
    await storage.putIfAbsent(file, bytes);
  } catch (error) {
    // It may have its name nevertheless, and nobody else can know of it.
    await storage.delete(file).catch(() => undefined);
    throw error;
  }
  return { path: file, descriptors };
}

/** The rows of a data file that are gone, as the engine takes them; undefined where none is. Nothing is read yet. */
export function deletedRows(
  storage: Storage,
  location: string,
  { deletionVector }: Pick<AddFile, "deletionVector">,
): DeletedRows | undefined {
  if (deletionVector === undefined) return undefined;
  const { storageType, pathOrInlineDv, offset = "", cardinality } = deletionVector;
  return {
    id: [location, storageType, pathOrInlineDv, offset].join("\0"),
    cardinality,
    positions: () => readDeletionVector(storage, location, deletionVector),
  };
}

/** The absolute path of the file that holds a deletion vector; undefined for one that the log itself holds. */
export function deletionVectorPath(
  location: string,
  { storageType, pathOrInlineDv }: DeletionVectorDescriptor,
): string | undefined {
  if (storageType === "i") return undefined;
  if (storageType === "p") return absolutePath(location, pathOrInlineDv);
  const folder = pathOrInlineDv.slice(0, -ENCODED_UUID_LENGTH);
  const bytes = decodeZ85(pathOrInlineDv.slice(-ENCODED_UUID_LENGTH));
  if (bytes?.length !== 16) throw malformedDeletionVector(pathOrInlineDv, "its path does not end with a UUID in Z85");
  const uuid = Buffer.from(bytes)
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return path.join(location, folder, fileName(uuid));
}

function fileName(uuid: string): string {
  return `deletion_vector_${uuid}.bin`;
}

function inlineBytes({ pathOrInlineDv, sizeInBytes }: DeletionVectorDescriptor): Uint8Array {
  const bytes = decodeZ85(pathOrInlineDv);
  if (bytes === undefined) throw malformedDeletionVector("the log", "its text is not Z85");
  if (bytes.length < sizeInBytes) throw deletionVectorSizeMismatch("the log", sizeInBytes, bytes.length);
  return bytes.subarray(0, sizeInBytes);
}

async function storedBytes(
  storage: Storage,
  file: string,
  { offset = 1, sizeInBytes }: DeletionVectorDescriptor,
): Promise<Uint8Array> {
  const length = SIZE_BYTES + sizeInBytes + CHECKSUM_BYTES;
  // The first vector follows the version at once: most files are read in one go.
  const beginning = await storage.readRange(file, 0, offset === 1 ? 1 + length : 1);
  const [version] = beginning;
  if (version !== FORMAT_VERSION) throw malformedDeletionVector(file, `its format version is ${version ?? "missing"}`);
  const part = offset === 1 ? beginning.subarray(1) : await storage.readRange(file, offset, length);
  const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
  const size = part.length < SIZE_BYTES ? 0 : view.getUint32(0);
  if (size !== sizeInBytes) throw deletionVectorSizeMismatch(file, sizeInBytes, size);
  if (part.length < SIZE_BYTES + size + CHECKSUM_BYTES) {
    throw deletionVectorSizeMismatch(file, sizeInBytes, Math.max(0, part.length - SIZE_BYTES - CHECKSUM_BYTES));
  }
  const bytes = part.subarray(SIZE_BYTES, SIZE_BYTES + size);
  const [expected, actual] = [view.getUint32(SIZE_BYTES + size), crc32(bytes)];
  if (expected !== actual) throw deletionVectorChecksumMismatch(file, expected, actual);
  return bytes;
}

function decoded(bytes: Uint8Array, source: string, { cardinality }: DeletionVectorDescriptor): BigInt64Array {
  try {
    return decodeBitmapArray(bytes, cardinality);
  } catch (cause) {
    if (cause instanceof MalformedBitmap) throw malformedDeletionVector(source, cause.message, cause);
    throw cause;
  }
}
