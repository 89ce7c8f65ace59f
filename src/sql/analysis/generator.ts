/** Generators (explode, inline, stack ...) as rows beside the rows that they come from: LATERAL VIEW, SELECT list, FROM. */
import type { CallExpression, LateralView } from "../ast.js";
import { allFunctions, lookupFunction, nearestFunction } from "../functions/registry.js";
import { analysisError, unresolvedRoutine } from "./analysis-errors.js";
import { type Block, extend } from "./block.js";
import { compileArguments, contextOf, foldedArguments } from "./call.js";
import { compileExpression } from "./expression.js";
import { structField } from "./field-access.js";
import { withPlacedArguments } from "./named-arguments.js";
import { originsField } from "./origins.js";
import type { Analysis, Scope, ScopeColumn } from "./scope.js";

/** The block with a row for each row that the generator makes, and the generator's columns, unnamed by the user yet. */
export function compileGenerator(
  before: Block,
  written: CallExpression,
  scopeOf: (block: Block) => Scope,
  analysis: Analysis,
  outer = false,
): { readonly block: Block; readonly columns: readonly ScopeColumn[] } {
  const call = withPlacedArguments(written);
  const entry = lookupFunction(call.name);
  if (!entry) throw unresolvedRoutine(call.name, nearestFunction(call.name));
  if (entry.kind !== "generator") throw notGenerator(call.name);
  let output: ReturnType<typeof entry.compile>["columns"] = [];
  const { block, added } = extend(
    before,
    [
      {
        name: "rows",
        value: (base) => {
          const scope = scopeOf(base);
          const rows = entry.compile(
            compileArguments(foldedArguments(call, scope), scope, compileExpression),
            contextOf(scope),
            call.name,
          );
          output = rows.columns.map((one) => ({ ...one, nullable: one.nullable || outer || rows.outer }));
          const list =
            outer || rows.outer ? `CASE WHEN len(${rows.list}) > 0 THEN ${rows.list} ELSE [NULL] END` : rows.list;
          return { sql: `unnest(${list})`, dataType: { kind: "void" }, nullable: true };
        },
      },
    ],
    analysis,
  );
  const rows = added[0]?.sql ?? "";
  const columns = output.map(
    (one): ScopeColumn => ({
      ...one,
      engineName: one.name,
      qualifiers: [],
      sql: structField(rows, one),
      id: analysis.unique("c"),
      internal: true,
      ...originsField(added[0]?.origins),
    }),
  );
  return { block: { ...block, columns: [...block.columns, ...columns] }, columns };
}

function notGenerator(name: string): Error {
  return analysisError("UNRESOLVABLE_TABLE_VALUED_FUNCTION", "42883", `${name} is not a generator.`, {
    cure: "Generators are explode, posexplode, inline, stack and json_tuple.",
  });
}

/** The columns' names: those that the user gave, or the generator's own. Throws the condition where their number is not the same. */
export function generatedNames(
  given: readonly string[],
  columns: readonly { readonly name: string }[],
  generator: string,
  condition = "UDTF_ALIAS_NUMBER_MISMATCH",
): readonly string[] {
  if (given.length === 0) return columns.map((one) => one.name);
  if (given.length === columns.length) return given;
  throw analysisError(
    condition,
    "42802",
    `${generator} gives ${columns.length} columns, but ${given.length} aliases were given: [${given.join(", ")}].`,
    { cure: "Give as many aliases as there are columns.", parameters: { aliasesSize: String(given.length) } },
  );
}

export function applyLateralView(before: Block, view: LateralView, scopeOf: (block: Block) => Scope): Block {
  const { analysis } = scopeOf(before).environment;
  const { block, columns } = compileGenerator(before, view.generator, scopeOf, analysis, view.outer);
  const names = generatedNames(view.columns, columns, view.generator.name);
  const named = columns.map(({ internal: _, ...column }, i) => ({
    ...column,
    name: names[i] ?? column.name,
    qualifiers: view.table === undefined ? [] : [[view.table]],
  }));
  return { ...block, columns: [...block.columns.filter((one) => !columns.includes(one)), ...named] };
}

/** A generator that stands in FROM by itself. */
export function generatorBlock(call: CallExpression, scope: Scope): Block {
  const { analysis } = scope.environment;
  const nothing: Block = { from: () => "", alias: undefined, columns: [], where: [] };
  const { block, columns } = compileGenerator(nothing, call, () => scope, analysis);
  return { ...block, columns: columns.map(({ internal: _, ...column }) => column) };
}

/** Names of all generators. */
export const generatorNames: ReadonlySet<string> = new Set(
  allFunctions().flatMap((entry) => (entry.kind === "generator" ? entry.names : [])),
);
