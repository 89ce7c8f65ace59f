/** What a `%run` cell says: `./other`, `"./my notebook"`, `./other $day="2024-01-15"`. */
import { LakeletError } from "../../errors/lakelet-error.js";

export interface RunReference {
  readonly path: string;
  /** Values for the other notebook's widgets. */
  readonly values: Readonly<Record<string, string>>;
}

const QUOTED = `"([^"]*)"|'([^']*)'`;
const PATH = new RegExp(String.raw`^\s*(?:${QUOTED}|(\S+))`);
const VALUE = new RegExp(String.raw`^\s*\$(\w+)\s*=\s*(?:${QUOTED}|(\S+))`);

export function runReference(source: string): RunReference {
  const [whole = "", ...parts] = PATH.exec(source) ?? [];
  const path = parts.find((part) => part !== undefined) ?? "";
  if (path === "") throw invalid(source, "It names no notebook.");
  const values: Record<string, string> = {};
  let rest = source.slice(whole.length);
  while (rest.trim() !== "") {
    const [one = "", name = "", ...quoted] = VALUE.exec(rest) ?? [];
    if (name === "") throw invalid(source, `\`${rest.trim()}\` is no value.`);
    values[name] = quoted.find((part) => part !== undefined) ?? "";
    rest = rest.slice(one.length);
  }
  return { path, values };
}

function invalid(source: string, reason: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_NOTEBOOK_CELL",
    sqlState: "42000",
    problem: `%run ${source.trim()} cannot be read.`,
    reason,
    cure: 'Write %run ./other, or %run ./other $name="value"; the cell holds nothing else.',
  });
}
