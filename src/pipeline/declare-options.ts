/** The options of what TypeScript declares: Databricks' parameters of Python's decorators, in camelCase. */
import { Column } from "../dataframe/column.js";
import { LakeletError } from "../errors/lakelet-error.js";
import type { Expectation } from "../quality/expectation.js";
import { expect, expectOrDrop, expectOrFail, type Rule } from "../quality/rules.js";
import type { StructType } from "../schema/data-type.js";
import { schemaText } from "../schema/type-text.js";
import { parseIdentifier } from "../sql/parse/parse.js";
import type { ColumnSelection, Dataset, SourcePlace } from "./definition.js";

export interface ViewOptions {
  /** That of the function where absent. */
  readonly name?: string;
  readonly comment?: string;
  /** Spark configuration of the query. */
  readonly sparkConf?: Readonly<Record<string, string | number | boolean>>;
  readonly expectations?: readonly Expectation[];
  readonly expectAll?: Readonly<Record<string, Rule>>;
  readonly expectAllOrDrop?: Readonly<Record<string, Rule>>;
  readonly expectAllOrFail?: Readonly<Record<string, Rule>>;
}

export interface TableOptions extends ViewOptions {
  readonly tableProperties?: Readonly<Record<string, string | number | boolean>>;
  readonly partitionCols?: readonly string[];
  readonly clusterBy?: readonly string[];
  /** DDL, comments and NOT NULL included, or a StructType. */
  readonly schema?: string | StructType;
  /** Seen within the pipeline alone. */
  readonly private?: boolean;
  /** CHECK constraints by name. */
  readonly constraints?: Readonly<Record<string, string>>;
}

const VIEW_OPTIONS = [
  "name",
  "comment",
  "sparkConf",
  "expectations",
  "expectAll",
  "expectAllOrDrop",
  "expectAllOrFail",
] as const satisfies readonly (keyof ViewOptions)[];
const TABLE_OPTIONS = [
  ...VIEW_OPTIONS,
  "tableProperties",
  "partitionCols",
  "clusterBy",
  "schema",
  "private",
  "constraints",
] as const satisfies readonly (keyof TableOptions)[];

/** Throws UNSUPPORTED_OPTION for one that is not there, which no compiler has looked for. */
export function checkOptions(call: string, options: object, kind: "view" | "table"): void {
  checkKeys(call, options, kind === "view" ? VIEW_OPTIONS : TABLE_OPTIONS);
}

export function checkKeys(call: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const snake = unknown.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  throw new LakeletError({
    condition: "UNSUPPORTED_OPTION",
    sqlState: "0A000",
    problem: `${call} has no option ${unknown}.`,
    cure: known.includes(snake) ? `Did you mean ${snake}?` : `It has ${known.join(", ")}.`,
    parameters: { option: unknown },
  });
}

export function datasetOf(
  options: TableOptions,
  name: string,
  place: SourcePlace,
): Omit<Dataset, "kind" | "expectations"> {
  const { schema, comment } = options;
  return {
    name: parseIdentifier(name),
    place,
    ...(schema === undefined ? {} : { schemaDdl: typeof schema === "string" ? schema : schemaText(schema) }),
    ...(comment === undefined ? {} : { comment }),
    constraints: options.constraints ?? {},
    properties: textsOf(options.tableProperties),
    partitionBy: options.partitionCols ?? [],
    clusterBy: options.clusterBy ?? [],
    isPrivate: options.private ?? false,
  };
}

export function expectationsOf(options: ViewOptions): Expectation[] {
  const all = (rules: Readonly<Record<string, Rule>> = {}, make: typeof expect) =>
    Object.entries(rules).map(([name, rule]) => make(name, rule));
  return [
    ...(options.expectations ?? []),
    ...all(options.expectAll, expect),
    ...all(options.expectAllOrDrop, expectOrDrop),
    ...all(options.expectAllOrFail, expectOrFail),
  ];
}

export function textsOf(
  values: Readonly<Record<string, string | number | boolean>> = {},
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

/** Spark SQL of a column: of a text as it stands. */
export function sqlText(value: string | Column): string {
  return value instanceof Column ? value.text : value;
}

/** The names of columns, given as text or as `col("a")`. */
export function columnNames(columns: readonly (string | Column)[]): readonly string[] {
  return columns.map((one) => parseIdentifier(sqlText(one)).join("."));
}

/** Python's pair of lists: those, or all but those. Throws where both are given. */
export function selectionOf(
  call: string,
  option: string,
  only: readonly (string | Column)[] | undefined,
  except: readonly (string | Column)[] | undefined,
): ColumnSelection | undefined {
  if (only !== undefined && except !== undefined) {
    throw new LakeletError({
      condition: "UNSUPPORTED_OPTION",
      sqlState: "0A000",
      problem: `${call} has both a list of ${option} and a list of all but some.`,
      cure: "Give one of the two.",
      parameters: { option },
    });
  }
  if (only !== undefined) return { only: columnNames(only) };
  return except === undefined ? undefined : { except: columnNames(except) };
}
