/** A file of run-now's parameters: its body by the Jobs API's names, or plain names and values. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { LakeletError } from "../errors/lakelet-error.js";
import { checkRunParameters, type RunParameters, runParameters } from "../jobs/run-parameters.js";
import { readDocument } from "../jobs/spec/document.js";
import { invalidDocument } from "../jobs/spec/problem.js";
import { schemaProblems } from "../jobs/spec/schema-problems.js";

export interface GivenParameters {
  /** Job parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The deprecated kinds; undefined where there are none. */
  readonly runParameters: RunParameters | undefined;
}

const texts = z.record(z.string(), z.string());
const body = runParameters.extend({ job_parameters: texts.optional() });

/**
 * Reads JSON or YAML. Throws `INVALID_RUN_PARAMETERS` with the line of each mistake.
 * @example { "job_parameters": { "day": "2024-01-15" }, "python_params": ["--full"] }, or { "day": "2024-01-15" }
 */
export function readRunParameterFile(file: string): GivenParameters {
  const document = readDocument(textOf(file), file);
  const value = document.value ?? {};
  const isBody = Object.keys(value).some((key) => Object.hasOwn(body.shape, key));
  const schema = isBody ? body : texts;
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const problems = schemaProblems(schema, parsed.error, value);
    const located = problems.map((one) => ({ ...one, location: document.locate(one.path, one.part) }));
    throw invalidDocument("INVALID_RUN_PARAMETERS", "The file of parameters", located);
  }
  if (!isBody) return { parameters: texts.parse(value), runParameters: undefined };
  const { job_parameters: parameters = {}, ...given } = body.parse(value);
  checkRunParameters(given);
  return { parameters, runParameters: Object.keys(given).length > 0 ? given : undefined };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new LakeletError({
      condition: "INVALID_RUN_PARAMETERS",
      sqlState: "42000",
      problem: `The file of parameters ${file} cannot be read.`,
      cause,
    });
  }
}
