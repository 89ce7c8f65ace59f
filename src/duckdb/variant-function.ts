/** The script function that reads the binary encoding of variants in files; the scans of files call it. */
import type { ScriptFunction } from "../engine/engine.js";
import { variantOfBytes } from "../schema/variant-bytes.js";

export const variantTextFunction: ScriptFunction = {
  name: "lakelet_variant_text",
  parameters: ["BLOB", "BLOB"],
  returns: "VARCHAR",
  call: (metadata, value) => variantOfBytes(metadata as Uint8Array, value as Uint8Array),
};
