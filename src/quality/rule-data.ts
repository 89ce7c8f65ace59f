/** Rules as data: each key of an expectation in a file, and the word of code that it is. */
import { z } from "zod";
import type { ExpectationRule } from "./expectation.js";
import { acceptedValues, invalidRule, notNull, pattern, type Rule, range, references, textLength } from "./rules.js";
import {
  customSql,
  distribution,
  freshness,
  meanDrift,
  reconciliation,
  rowCount,
  rowCountChange,
  schemaIs,
  unique,
} from "./write-rules.js";

const names = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((one) => (typeof one === "string" ? [one] : one));
const column = z.string();
const bound = z.union([z.number(), z.string()]).optional();
const number = z.number().optional();
const text = z.string().optional();

/** `kind: not-null` with its values beside it, or `not_null: {...}`; where one value says all, that alone. */
const FORMS = {
  expression: form(
    z.strictObject({ condition: z.string() }),
    (one) => ({ kind: "expression", condition: one.condition }),
    "condition",
  ),
  "not-null": form(
    z.strictObject({ column, maxPercentage: number }),
    ({ column: name, maxPercentage }) => notNull(name, maxPercentage === undefined ? {} : { maxPercentage }),
    "column",
  ),
  unique: form(
    z.strictObject({ columns: names, within: z.literal("table").optional() }),
    ({ columns, within }) => unique(...columns, ...(within === undefined ? [] : [{ within }])),
    "columns",
  ),
  "accepted-values": form(
    z.strictObject({ column, values: z.array(z.union([z.string(), z.number(), z.boolean()])) }),
    (one) => acceptedValues(one.column, one.values),
  ),
  range: form(z.strictObject({ column, min: bound, max: bound }), ({ column: name, ...bounds }) =>
    range(name, given(bounds)),
  ),
  pattern: form(z.strictObject({ column, regex: z.string() }), (one) => pattern(one.column, one.regex)),
  length: form(z.strictObject({ column, min: number, max: number }), ({ column: name, ...bounds }) =>
    textLength(name, given(bounds)),
  ),
  references: form(z.strictObject({ columns: names, table: z.string(), referenced: names.optional() }), (one) =>
    references(one.columns, one.table, one.referenced ?? one.columns),
  ),
  "row-count": form(z.strictObject({ min: number, max: number }), (bounds) => rowCount(given(bounds))),
  "row-count-change": form(z.strictObject({ maxDecrease: number, maxIncrease: number, runs: number }), (one) =>
    rowCountChange(given(one)),
  ),
  freshness: form(
    z.strictObject({ column, maxAge: z.union([z.number(), z.string()]).optional(), maxAgeSeconds: number }),
    (one) => freshness(one.column, one.maxAge ?? one.maxAgeSeconds ?? Number.NaN),
  ),
  schema: form(
    z.strictObject({ ddl: text, allowNew: z.boolean().optional() }),
    ({ ddl, allowNew }) => schemaIs(ddl, { allowNew: allowNew === true }),
    "ddl",
  ),
  distribution: form(
    z.strictObject({ column, maxPsi: number, reference: text }),
    ({ column: name, ...one }) => distribution(name, given(one)),
    "column",
  ),
  "mean-drift": form(
    z.strictObject({ column, maxDeviations: number, reference: text }),
    ({ column: name, ...one }) => meanDrift(name, given(one)),
    "column",
  ),
  query: form(
    z.strictObject({ text: z.string(), min: number, max: number }),
    ({ text: sql, ...bounds }) => customSql(sql, given(bounds)),
    "text",
  ),
  reconciliation: form(
    z.strictObject({ left: z.string(), right: z.string(), tolerance: number, tolerancePercentage: number }),
    ({ left, right, ...one }) => reconciliation(left, right, given(one)),
  ),
} as const;

interface Form {
  readonly parse: (values: unknown) => ExpectationRule;
  /** The value that may stand alone. */
  readonly short: string | undefined;
}

function form<Values>(shape: z.ZodType<Values>, rule: (values: Values) => ExpectationRule, short?: string): Form {
  return {
    short,
    parse: (values) => {
      const parsed = shape.safeParse(values);
      if (parsed.success) return rule(parsed.data);
      const [issue] = parsed.error.issues;
      const path = issue?.path.join(".") ?? "";
      throw invalidRule(`${path === "" ? "" : `${path}: `}${issue?.message ?? "invalid"}`, "Correct it.");
    },
  };
}

/**
 * The rule that the keys of an expectation write, and a name for it.
 * @example ruleOf({ accepted_values: { column: "status", values: ["new"] } }), ruleOf({ kind: "range", column: "amount", min: 0 })
 */
export function ruleOf(written: Readonly<Record<string, unknown>>): { readonly rule: Rule; readonly label: string } {
  const { kind, ...beside } = written;
  const [[key, values] = [], ...more] =
    kind === undefined ? Object.entries(written) : [[String(kind), beside] as const];
  if (key === undefined) throw invalidRule("it has no rule", `Write one of ${Object.keys(FORMS).join(", ")}.`);
  if (more.length > 0)
    throw invalidRule(
      `it has more than one rule: ${Object.keys(written).join(", ")}`,
      "Write an expectation for each.",
    );
  const name = key.replaceAll("_", "-");
  const found: Form | undefined = Object.hasOwn(FORMS, name) ? FORMS[name as keyof typeof FORMS] : undefined;
  if (found === undefined)
    throw invalidRule(`there is no rule ${key}`, `Write one of ${Object.keys(FORMS).join(", ")}.`);
  const isAlone = typeof values !== "object" || values === null || Array.isArray(values);
  if (isAlone && found.short === undefined)
    throw invalidRule(`${key} needs its values by name`, "Write them below it.");
  const all = isAlone ? { [found.short ?? ""]: values } : camelKeys(values);
  const rule = found.parse(all);
  const about = Object.values(all)[0];
  return { rule, label: `${name} ${Array.isArray(about) ? about.join(", ") : String(about)}` };
}

function camelKeys(values: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key.replace(/_([a-z])/g, (_, one: string) => one.toUpperCase()),
      value,
    ]),
  );
}

/** Without what is undefined. */
function given<Values extends object>(values: Values): { [Key in keyof Values]: Exclude<Values[Key], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Values]: Exclude<Values[Key], undefined> };
}
