/** Texts that begin with U+FEFF keep it: the library's decoder would take it for the mark of a file and drop it. */
import accessors from "@duckdb/node-api/lib/vectors/dataAccessors.js";

Object.assign(accessors, { textDecoder: new TextDecoder("utf-8", { ignoreBOM: true }) });
