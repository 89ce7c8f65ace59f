/** The spellings of join types that Spark takes. */
import { LakeletError } from "../errors/lakelet-error.js";

export type JoinType = "inner" | "cross" | "left" | "right" | "full" | "left-semi" | "left-anti";

const JOIN_TYPES: Readonly<Record<string, JoinType>> = {
  inner: "inner",
  cross: "cross",
  left: "left",
  leftouter: "left",
  right: "right",
  rightouter: "right",
  full: "full",
  outer: "full",
  fullouter: "full",
  semi: "left-semi",
  leftsemi: "left-semi",
  anti: "left-anti",
  leftanti: "left-anti",
};

/** Letter case and underscores aside. Throws UNSUPPORTED_JOIN_TYPE. @example joinType("left_outer") // "left" */
export function joinType(text: string): JoinType {
  const known = JOIN_TYPES[text.toLowerCase().replaceAll("_", "")];
  if (known) return known;
  const supported = Object.keys(JOIN_TYPES).join(", ");
  throw new LakeletError({
    condition: "UNSUPPORTED_JOIN_TYPE",
    sqlState: "0A000",
    problem: `Unsupported join type '${text}'.`,
    cure: `Supported join types include: ${supported}.`,
    parameters: { typ: text, supported },
  });
}

/** Inner, left or cross. Throws UNSUPPORTED_JOIN_TYPE. */
export function lateralJoinType(text: string): "inner" | "left" | "cross" {
  const type = joinType(text);
  if (type === "inner" || type === "left" || type === "cross") return type;
  throw new LakeletError({
    condition: "UNSUPPORTED_JOIN_TYPE",
    sqlState: "0A000",
    problem: `Unsupported join type '${text}' of a lateral join.`,
    cure: "Supported join types include: inner, left, leftouter, cross.",
    parameters: { typ: text, supported: "inner, leftouter, left, cross" },
  });
}
