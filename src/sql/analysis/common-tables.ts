/** WITH: each entry compiled once; read once it stands where it is read, read more often in the engine's WITH. */
import { engineName } from "../../schema/engine-type.js";
import type { Query, WithQuery } from "../ast.js";
import { analysisError } from "./analysis-errors.js";
import { coerceOutput, renamed } from "./output-columns.js";
import type { CommonTable, Environment, QueryOutput } from "./scope.js";
import { reads } from "./table-references.js";

export function compileWith(query: WithQuery, environment: Environment, hidden: boolean): QueryOutput {
  const { analysis } = environment;
  const definitions: string[] = [];
  let within = environment;
  let recursive = false;
  const names = query.ctes.map((one) => one.name.toLowerCase());
  const twice = names.filter((one, i) => names.indexOf(one) !== i);
  if (twice.length > 0) throw duplicateNames(twice);
  for (const entry of query.ctes) {
    const self = query.recursive && reads(entry.query, entry.name);
    const table = self
      ? recursiveTable(entry, within, definitions)
      : plainTable(
          analysis.query(entry.query, within, false),
          entry,
          analysis.uses.get(entry) ?? 0,
          within,
          definitions,
        );
    recursive ||= self;
    within = { ...within, commonTables: new Map([...within.commonTables, [entry.name.toLowerCase(), table]]) };
  }
  const body = analysis.query(query.body, within, hidden);
  if (definitions.length === 0) return body;
  return { ...body, sql: `WITH ${recursive ? "RECURSIVE " : ""}${definitions.join(", ")} ${body.sql}` };
}

type Entry = WithQuery["ctes"][number];

function plainTable(
  compiled: QueryOutput,
  entry: Entry,
  uses: number,
  environment: Environment,
  definitions: string[],
): CommonTable {
  const output = renamed(compiled.output, entry.columns);
  const { sql, deterministic } = compiled;
  if (uses <= 1) return { from: `(${sql})`, output, deterministic };
  const name = engineName(environment.analysis.unique("cte"));
  // Spark computes a non-deterministic entry once for all its readers.
  definitions.push(`${name} AS ${deterministic ? "" : "MATERIALIZED "}(${sql})`);
  return { from: name, output, deterministic };
}

/** `WITH RECURSIVE t AS (anchor UNION ALL step)`; the anchor decides the types. */
function recursiveTable(entry: Entry, environment: Environment, definitions: string[]): CommonTable {
  const { analysis } = environment;
  const union = entry.query;
  if (union.kind !== "set" || union.operator !== "union" || !union.all || isLimited(union))
    throw invalidRecursion(entry.name);
  const anchor = analysis.query(union.left, environment, false);
  const output = renamed(anchor.output, entry.columns).map((one) => ({ ...one, nullable: true }));
  const name = engineName(analysis.unique("cte"));
  const table: CommonTable = { from: name, output, deterministic: anchor.deterministic };
  const within = new Map([...environment.commonTables, [entry.name.toLowerCase(), table]]);
  const step = analysis.query(union.right, { ...environment, commonTables: within }, false);
  if (step.output.length !== output.length) throw invalidRecursion(entry.name);
  const types = output.map((one) => one.dataType);
  definitions.push(`${name} AS ((${anchor.sql}) UNION ALL (${coerceOutput(step, types, environment)}))`);
  return table;
}

function isLimited(query: Query): boolean {
  return query.kind !== "with" && (query.orderBy.length > 0 || query.limit !== undefined || query.offset !== undefined);
}

function duplicateNames(names: readonly string[]): Error {
  const shown = names.map((one) => `\`${one}\``).join(", ");
  return analysisError("DUPLICATED_CTE_NAMES", "42602", `CTE definition can't have duplicate names: ${shown}.`, {
    parameters: { duplicateNames: shown },
  });
}

function invalidRecursion(name: string): Error {
  return analysisError(
    "INVALID_RECURSIVE_CTE",
    "42836",
    `The recursive common table expression \`${name}\` is not of the form <anchor> UNION ALL <step>.`,
    { cure: "Write WITH RECURSIVE t AS (SELECT <start> UNION ALL SELECT <next> FROM t WHERE <more>)." },
  );
}
