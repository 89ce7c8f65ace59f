/** Suggested checks as they are written: constraints of SQL, calls of TypeScript, a file of YAML. */
import { stringify } from "yaml";
import type { Expectation, ExpectationRule } from "../../quality/expectation.js";
import { ruleText } from "../../quality/rule-text.js";
import { isRowRule } from "../../quality/rules.js";
import { quoteIfNeeded } from "../../schema/type-text.js";
import type { CheckSuggestion } from "./suggest-checks.js";

export type SuggestionFormat = "sql" | "typescript" | "yaml";

/** Ends with a line feed. */
export function suggestionText(table: string, checks: readonly CheckSuggestion[], format: SuggestionFormat): string {
  const lines = { sql: sqlLines, typescript: typescriptLines, yaml: yamlLines }[format](table, checks);
  return `${lines.join("\n")}\n`;
}

/** Of a streaming table or materialized view. Rules about all rows have no form in SQL. */
function sqlLines(_: string, checks: readonly CheckSuggestion[]): readonly string[] {
  const rowRules = checks.filter(({ expectation }) => isRowRule(expectation.rule));
  const others = checks.filter((one) => !rowRules.includes(one));
  const constraints = rowRules.map(({ expectation, reason }, i) => {
    const name = constraintName(expectation.name);
    const comma = i === rowRules.length - 1 ? "" : ",";
    return `CONSTRAINT ${name} EXPECT (${bare(ruleText(expectation.rule))})${comma} -- ${oneLine(reason)}`;
  });
  const left = others.map(({ expectation }) => `-- not in SQL: ${oneLine(expectation.name)}`);
  return [...constraints, ...left];
}

/** Without the parentheses around the whole: the constraint has its own. */
function bare(condition: string): string {
  const inner = /^\(([^()]*(?:\([^()]*\)[^()]*)*)\)$/.exec(condition);
  return inner?.[1] ?? condition;
}

function constraintName(name: string): string {
  return quoteIfNeeded(name.replace(/[^A-Za-z0-9_]+/g, "_"));
}

function typescriptLines(_: string, checks: readonly CheckSuggestion[]): readonly string[] {
  return checks.map(
    ({ expectation: { name, rule }, reason }) => `expect(${text(name)}, ${ruleCall(rule)}), // ${oneLine(reason)}`,
  );
}

function ruleCall(rule: ExpectationRule): string {
  switch (rule.kind) {
    case "not-null":
      return rule.maxPercentage === undefined
        ? `notNull(${text(rule.column)})`
        : `notNull(${text(rule.column)}, { maxPercentage: ${rule.maxPercentage} })`;
    case "unique":
      return `unique(${rule.columns.map(text).join(", ")})`;
    case "accepted-values":
      return `acceptedValues(${text(rule.column)}, [${rule.values.map(text).join(", ")}])`;
    case "range":
      return `range(${text(rule.column)}, { min: ${text(rule.min)} })`;
    default:
      return text(ruleText(rule));
  }
}

/** The form that `lakelet quality --check` reads. */
function yamlLines(table: string, checks: readonly CheckSuggestion[]): readonly string[] {
  const expectations = checks.map(({ expectation }) => yamlOf(expectation));
  return [stringify({ table, expectations }).trimEnd()];
}

function yamlOf({ name, rule }: Expectation): object {
  return { name, ...rule };
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? "undefined";
}

function oneLine(value: string): string {
  return value.replace(/\s+/g, " ");
}
