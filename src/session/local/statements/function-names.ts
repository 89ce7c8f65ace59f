/** Names of functions in statements, and the error for one that is not there. */
import { LakeletError } from "../../../errors/lakelet-error.js";
import { quoteName } from "../../../schema/type-text.js";

/** The last part of a name. */
export function nameOf(name: readonly string[]): string {
  return name.at(-1) ?? "";
}

export function routineNotFound(name: readonly string[]): LakeletError {
  const shown = name.map(quoteName).join(".");
  return new LakeletError({
    condition: "ROUTINE_NOT_FOUND",
    sqlState: "42883",
    problem: `The routine ${shown} cannot be found.`,
    cure: "Check the spelling, or write DROP ... IF EXISTS.",
    parameters: { routineName: shown },
  });
}
