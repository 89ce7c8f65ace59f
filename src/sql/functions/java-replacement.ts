/** Java's replacement texts: `$1`, `${name}`, `\x`. */
import { isLakeletError, LakeletError } from "../../errors/lakelet-error.js";
import type { JavaRegex } from "./java-regex.js";

export type ReplacementPart = string | number;

/** Texts and numbers of groups in turn; throws INVALID_REGEXP_REPLACE where a group does not exist. */
export function replacementParts(replacement: string, regex: JavaRegex): readonly ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  let text = "";
  let at = 0;
  while (at < replacement.length) {
    const char = replacement[at++] ?? "";
    if (char === "\\") {
      if (at >= replacement.length) throw invalid(replacement, "it ends with a backslash");
      text += replacement[at++];
    } else if (char === "$") {
      const [group, length] = groupAt(replacement, at, regex);
      parts.push(text, group);
      text = "";
      at += length;
    } else {
      text += char;
    }
  }
  return [...parts, text].filter((one) => one !== "");
}

/** True where {@link replacementParts} takes the text. */
export function isReplacement(replacement: string, regex: JavaRegex): boolean {
  try {
    return replacementParts(replacement, regex).length >= 0;
  } catch (error) {
    if (isLakeletError(error, "INVALID_REGEXP_REPLACE")) return false;
    throw error;
  }
}

/** A group's number and the characters that it takes: as many digits as still name a group. */
function groupAt(replacement: string, at: number, regex: JavaRegex): readonly [number, number] {
  const rest = replacement.slice(at);
  const named = /^\{([A-Za-z][A-Za-z0-9]*)\}/.exec(rest);
  if (named) {
    const number = regex.groupNames.get(named[1] ?? "");
    if (number === undefined) throw invalid(replacement, `there is no group ${named[1]}`);
    return [number, named[0].length];
  }
  let digits = /^\d+/.exec(rest)?.[0] ?? "";
  if (digits === "") throw invalid(replacement, "$ must be followed by a group");
  while (digits.length > 1 && Number(digits) > regex.groups) digits = digits.slice(0, -1);
  if (Number(digits) > regex.groups) throw invalid(replacement, `there is no group ${digits}`);
  return [Number(digits), digits.length];
}

/** For the engine: `\1`, backslashes doubled; undefined where a group has two digits, which the engine does not take. */
export function engineReplacement(parts: readonly ReplacementPart[]): string | undefined {
  if (parts.some((one) => typeof one === "number" && one > 9)) return undefined;
  return parts.map((one) => (typeof one === "number" ? `\\${one}` : one.replaceAll("\\", "\\\\"))).join("");
}

function invalid(replacement: string, reason: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_REGEXP_REPLACE",
    sqlState: "22023",
    problem: `The replacement '${replacement}' cannot be used: ${reason}.`,
    cure: "Write \\$ for a dollar sign.",
    parameters: { replacement },
  });
}
