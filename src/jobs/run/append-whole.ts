/** Appends to a file all of some bytes or, where the disk is full, none. */
import { fstatSync, ftruncateSync, writeSync } from "node:fs";

/** A full disk takes the beginning of a line; the next line must not go on behind it. Throws what the system says. */
export function appendWhole(file: number, bytes: Buffer): void {
  const { size } = fstatSync(file);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  } catch (error) {
    ftruncateSync(file, size);
    throw error;
  }
}
