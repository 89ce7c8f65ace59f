/** `--param name=value`, as often as needed. */
import { InvalidArgumentError, Option } from "commander";

export type Parameters = Readonly<Record<string, string>>;

export function parameterOption(description: string): Option {
  return new Option("-p, --param <name=value>", description).default({}, "none").argParser(addParameter);
}

/** @throws InvalidArgumentError */
export function addParameter(text: string, before: Parameters): Parameters {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError(`"${text}" is not name=value.`);
  // A record without a prototype's names: `--param constructor=x` is data like any other.
  return Object.fromEntries([...Object.entries(before), [text.slice(0, at), text.slice(at + 1)]]);
}
