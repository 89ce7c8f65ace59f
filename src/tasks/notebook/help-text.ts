/** The text of help on `dbutils`, a module of it or a method. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { nearestName } from "../../jobs/spec/nearest-name.js";
import { HELP, type ModuleHelp } from "./help-texts.js";

/** @param module all of them where absent  @param method all of the module's where absent */
export function helpText(module: string | undefined, method: string | undefined): string {
  if (module === undefined) {
    const modules = Object.entries(HELP).map(([name, { summary }]) => `  dbutils.${name}: ${summary}`);
    return ["dbutils, as in a Databricks notebook. dbutils.<module>.help() says more.", ...modules].join("\n");
  }
  const { summary, methods } = HELP[module] as ModuleHelp;
  if (method === undefined) {
    const lines = Object.values(methods).map(([call, text]) => `  ${call}\n      ${text}`);
    return [`dbutils.${module}: ${summary}`, ...lines].join("\n");
  }
  const found = methods[method];
  if (found) return `dbutils.${module}.${found[0]}\n  ${found[1]}`;
  const nearest = nearestName(method, Object.keys(methods));
  throw new LakeletError({
    condition: "NO_SUCH_METHOD",
    sqlState: "42000",
    problem: `dbutils.${module} has no method \`${method}\`.`,
    cure: nearest === undefined ? `It has ${Object.keys(methods).join(", ")}.` : `Did you mean \`${nearest}\`?`,
  });
}
