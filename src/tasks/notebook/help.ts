/** Prints help on `dbutils` as a cell's output. */
import { helpText } from "./help-text.js";
import { currentContext } from "./notebook-context.js";

export function printHelp(module?: string, method?: string): void {
  currentContext().output({ kind: "text", stream: "stdout", text: `${helpText(module, method)}\n` });
}
