/** Spark functions that lakelet knows and does not have, each with what to use instead. */
import type { FunctionEntry } from "../typed.js";

function refused(names: string, alternative: string): FunctionEntry {
  return { kind: "refused", names: names.split(" "), alternative };
}

export const refusedFunctions: readonly FunctionEntry[] = [
  refused("hll_sketch_estimate hll_union", "approx_count_distinct(x)"),
  refused("from_avro to_avro schema_of_avro from_protobuf to_protobuf", "reading the messages in a notebook"),
  refused("from_xml to_xml schema_of_xml", "reading XML in a notebook, and from_json for what it gives"),
  refused(
    "xpath xpath_boolean xpath_double xpath_float xpath_int xpath_long xpath_number xpath_short xpath_string",
    "reading XML in a notebook",
  ),
  refused("java_method reflect try_reflect", "a function in the notebook"),
  refused("collation collations", "the documentation"),
];
