/** A count on the command line. */
import { InvalidArgumentError } from "commander";

export function positiveInteger(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError(`"${text}" is not a positive whole number.`);
}
