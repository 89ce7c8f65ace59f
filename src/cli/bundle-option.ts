/** `--target` and `--var`, as the Databricks CLI has them: which deployment of a bundle is meant. */
import { Option } from "commander";
import { addParameter, type Parameters } from "./parameter-option.js";

export interface BundleOptions {
  readonly target?: string;
  readonly var?: Parameters;
}

export function targetOption(): Option {
  return new Option("-t, --target <name>", "the target of a bundle; its default one otherwise");
}

export function variableOption(): Option {
  return new Option("--var <name=value>", "a variable of a bundle; beats BUNDLE_VAR_<name> and the target's value")
    .default({}, "none")
    .argParser(addParameter);
}

export function bundleChoice({ target, var: variables }: BundleOptions): {
  readonly target?: string;
  readonly variables?: Parameters;
} {
  return { ...(target !== undefined && { target }), ...(variables && { variables }) };
}
