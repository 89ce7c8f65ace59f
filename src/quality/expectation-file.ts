/** Expectations as data: `quality/<table>.yml` (or JSON), checked with the line of each mistake. */
import { readFile } from "node:fs/promises";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { LakeletError } from "../errors/lakelet-error.js";
import type { Expectation } from "./expectation.js";
import { ruleOf } from "./rule-data.js";
import { expectation } from "./rules.js";

export interface ExpectationFile {
  /** The table that they are about; undefined where the file does not say it. */
  readonly table: string | undefined;
  readonly expectations: readonly Expectation[];
}

const THRESHOLD = z.strictObject({ max_violations: z.number().optional(), max_percentage: z.number().optional() });

/** What is said beside the rule; all other keys are the rule's. */
const SAID = z.object({
  name: z.string().optional(),
  on_violation: z.enum(["warn", "drop", "fail"]).optional(),
  severity: z.enum(["error", "warn", "info"]).optional(),
  threshold: THRESHOLD.optional(),
  tags: z.array(z.string()).optional(),
  owner: z.string().optional(),
  description: z.string().optional(),
});

const FILE = z.strictObject({
  table: z.string().optional(),
  owner: z.string().optional(),
  tags: z.array(z.string()).optional(),
  expectations: z.array(z.looseObject({})),
});

/**
 * The expectations of a file, for writes and checks alike.
 * @throws INVALID_EXPECTATION with file and line
 * @example df.write.expectations(...(await readExpectations("quality/orders.yml")).expectations)
 */
export async function readExpectations(path: string): Promise<ExpectationFile> {
  return expectationsOf(await readFile(path, "utf8"), path);
}

/** Expectations as a check of a table that stands takes them: nothing can be dropped there, so what drops rows warns. */
export function forCheck(expectations: readonly Expectation[]): readonly Expectation[] {
  return expectations.map((one) => (one.onViolation === "drop" ? { ...one, onViolation: "warn" } : one));
}

/** @param file for messages */
export function expectationsOf(text: string, file: string): ExpectationFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [syntax] = document.errors;
  if (syntax) throw invalid(file, lines.linePos(syntax.pos[0]).line, syntax.message.split("\n")[0] ?? "no YAML");
  const lineOf = (path: readonly PropertyKey[]) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node: unknown = document.getIn(path.slice(0, length), true);
      const range = (node as { readonly range?: readonly [number, number, number] } | undefined)?.range;
      if (range) return lines.linePos(range[0]).line;
    }
    return 1;
  };
  const parsed = FILE.safeParse(document.toJS());
  if (!parsed.success) throw invalidIssue(file, parsed.error, [], lineOf);
  const { table, owner, tags, expectations } = parsed.data;
  const all = expectations.map((one, i) => {
    const line = lineOf(["expectations", i]);
    const said = SAID.safeParse(one);
    if (!said.success) throw invalidIssue(file, said.error, ["expectations", i], lineOf);
    const beside = new Set(Object.keys(SAID.shape));
    const rule = Object.fromEntries(Object.entries(one).filter(([key]) => !beside.has(key)));
    return located(file, line, () => expectationOf({ owner, tags, ...said.data }, rule));
  });
  return { table, expectations: all };
}

function expectationOf(said: z.infer<typeof SAID>, written: Readonly<Record<string, unknown>>): Expectation {
  const { name, on_violation = "warn", severity, threshold, tags, owner, description } = said;
  const { rule, label } = ruleOf(written);
  const { max_violations, max_percentage } = threshold ?? {};
  return expectation(name ?? label, rule, on_violation, {
    ...(severity && { severity }),
    ...(threshold && {
      threshold: {
        ...(max_violations !== undefined && { maxViolations: max_violations }),
        ...(max_percentage !== undefined && { maxPercentage: max_percentage }),
      },
    }),
    ...(tags && { tags }),
    ...(owner !== undefined && { owner }),
    ...(description !== undefined && { description }),
  });
}

/** What a rule says of itself, with the place where it is written. */
function located<Result>(file: string, line: number, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (error instanceof LakeletError) throw invalid(file, line, error.message.replace(/^\[[A-Z_.]+\]\s*/, ""));
    throw error;
  }
}

function invalidIssue(
  file: string,
  error: z.ZodError,
  above: readonly PropertyKey[],
  lineOf: (path: readonly PropertyKey[]) => number,
): LakeletError {
  const [issue] = error.issues;
  const path = [...above, ...(issue?.path ?? [])];
  return invalid(file, lineOf(path), `${path.join(".")}: ${issue?.message ?? "invalid"}`);
}

function invalid(file: string, line: number, problem: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_EXPECTATION",
    sqlState: "42000",
    problem: `${file}:${line}: ${problem}`,
    cure: "Look at docs/quality.md for the form of each rule.",
    parameters: { file, line: String(line) },
  });
}
