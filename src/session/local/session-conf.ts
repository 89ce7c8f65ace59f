/** `spark.conf` of a local session. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { SparkSession } from "../contract.js";
import type { Runtime } from "./runtime.js";

/** Keys that a session begins with and keeps. */
const STATIC = /^spark\.(?!sql\.|databricks\.)|^spark\.sql\.(warehouse\.dir|catalogImplementation|extensions)$/;

export function sessionConf(runtime: Runtime): SparkSession["conf"] {
  function get(key: string, ...fallback: readonly (string | null | undefined)[]): string {
    const value = runtime.state.get(key);
    if (value === undefined && fallback.length === 0) throw notFound(key);
    // The overloads of the contract say what a fallback makes of the type.
    return value ?? (fallback[0] as string);
  }
  return {
    get: get as SparkSession["conf"]["get"],
    set: (key, value) => runtime.configure(key, String(value)),
    unset: (key) => runtime.configure(key),
    isModifiable: (key) => !STATIC.test(key),
  };
}

function notFound(key: string): LakeletError {
  return new LakeletError({
    condition: "SQL_CONF_NOT_FOUND",
    sqlState: "42K0I",
    problem: `The SQL config "${key}" cannot be found.`,
    cure: "Verify that the config exists, or give a fallback: conf.get(key, fallback).",
    parameters: { sqlConf: `"${key}"` },
  });
}
