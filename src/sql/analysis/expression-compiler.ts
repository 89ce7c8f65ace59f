/** Spark expression text to engine SQL for commands: implements the engine's ExpressionCompiler. */
import type { CompiledExpression, ExpressionCompiler, ScopeRelation } from "../../engine/expression-compiler.js";
import { engineName } from "../../schema/engine-type.js";
import { parseExpression } from "../parse/parse.js";
import type { FunctionContext } from "../typed.js";
import { analysisError } from "./analysis-errors.js";
import { newAnalysis } from "./compile-query.js";
import { equalColumns } from "./equal-columns.js";
import { compileExpression } from "./expression.js";
import { findColumn } from "./name-resolution.js";
import type { Analysis, Scope, ScopeColumn } from "./scope.js";
import { columnIn, skippingPredicate, type TableColumn } from "./skipping.js";
import { storeAssignment } from "./store-assignment.js";
import { sourcesOf } from "./table-references.js";

/** `loadParser()` must have been awaited. */
export function createExpressionCompiler(context: FunctionContext): ExpressionCompiler {
  return {
    compile: (text, relations, asked) =>
      compileText(text, relations, asked === "value" ? { ...context, asksForValues: true } : context),
    storeAssignment: ({ sql, dataType }, to, column) =>
      storeAssignment({ sql, dataType, nullable: true }, to, column, context).sql,
  };
}

function compileText(text: string, relations: readonly ScopeRelation[], context: FunctionContext): CompiledExpression {
  const expression = parseExpression(text);
  const inner = sourcesOf({
    kind: "select",
    distinct: false,
    projection: [expression],
    from: [],
    lateralViews: [],
    windows: {},
    orderBy: [],
  });
  if (inner.tables.length > 0) throw subqueryNotSupported(text);
  const read = new Map<string, { readonly relation: string; readonly column: string }>();
  const analysis: Analysis = {
    ...newAnalysis({ context }, new Map(), inner.uses),
    onReference(column) {
      const [relation = "", name = ""] = column.id.split("\u0001");
      read.set(column.id, { relation, column: name });
    },
  };
  const scope: Scope = {
    environment: { analysis, commonTables: new Map() },
    columns: relations.flatMap(columnsOf),
    refusesAggregates: "INVALID_WHERE_CONDITION",
    refusesWindows: "WHERE",
  };
  const value = compileExpression(expression, scope);
  const references = [...read.values()];
  return {
    sql: value.sql,
    dataType: value.dataType,
    nullable: value.nullable,
    references,
    deterministic: analysis.effects.nondeterministic === 0,
    ...(value.dataType.kind === "boolean" && relations.length > 0
      ? {
          skipping: skippingPredicate(expression, {
            context,
            parameters: {},
            column: (parts) => columnOf(parts, scope.columns, relations),
          }),
          ...(relations.length > 1 ? { equalities: equalColumns(expression, scope.columns, relations[0]) } : {}),
        }
      : {}),
  };
}

function columnsOf({ qualifier, schema, engineAlias, values = {} }: ScopeRelation): readonly ScopeColumn[] {
  return schema.fields.map(({ name, dataType, nullable }) => ({
    name,
    dataType,
    nullable,
    engineName: name,
    qualifiers: qualifier.length > 0 ? [qualifier] : [],
    sql: Object.hasOwn(values, name) ? (values[name] ?? "NULL") : `${engineName(engineAlias)}.${engineName(name)}`,
    id: `${engineAlias}\u0001${name}`,
  }));
}

/** The column of the first relation that the name means; what is said of other relations says nothing of its files. */
function columnOf(
  parts: readonly string[],
  columns: readonly ScopeColumn[],
  [first]: readonly ScopeRelation[],
): TableColumn | undefined {
  const match = findColumn(parts, columns);
  if (!match || !first || match.column.id !== `${first.engineAlias}\u0001${match.column.name}`) return undefined;
  return columnIn(first.schema, [match.column.name, ...match.fields]);
}

function subqueryNotSupported(text: string): Error {
  return analysisError(
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_TABLE",
    "0A000",
    `A subquery over a table is not supported in this condition: ${text}.`,
    { cure: "Use MERGE with the subquery as its source." },
  );
}
