/** A compiler for tests: the text is engine SQL already; bare names become columns of the relations in scope. */
import type { CompiledExpression, ExpressionCompiler, ScopeRelation } from "../../src/engine/expression-compiler.js";
import { LakeletError } from "../../src/errors/lakelet-error.js";
import type { SkippingPredicate } from "../../src/expression/skipping-predicate.js";
import { BOOLEAN, type DataType, findField, INTEGER, STRING } from "../../src/schema/data-type.js";
import { engineName } from "../../src/schema/engine-type.js";

const WORD = /'(?:[^']|'')*'|[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*(?!\s*\()/g;

export const passThroughCompiler: ExpressionCompiler = {
  compile(text, scope): CompiledExpression {
    const references: { relation: string; column: string }[] = [];
    let dataType: DataType = BOOLEAN;
    const sql = text.replace(WORD, (word) => {
      if (word.startsWith("'")) return word;
      const found = resolve(word.split("."), scope);
      if (found === undefined) return word;
      references.push({ relation: found.relation.engineAlias, column: found.column });
      if (word === text.trim()) dataType = found.type;
      return found.sql;
    });
    if (/^-?\d+$/.test(text.trim())) dataType = INTEGER;
    else if (/^'[^']*'$/.test(text.trim())) dataType = STRING;
    else if (/[-+*/]/.test(text) && !/[=<>]/.test(text)) dataType = INTEGER;
    const skipping = skippingOf(text);
    return {
      sql: `(${sql})`,
      dataType,
      nullable: true,
      references,
      deterministic: !/\brandom\(/.test(text),
      ...(skipping === undefined ? {} : { skipping }),
    };
  },
  storeAssignment: ({ sql }) => sql,
};

function resolve(parts: readonly string[], scope: readonly ScopeRelation[]) {
  const hits = scope.flatMap((relation) => {
    const qualified = parts.length > 1 && relation.qualifier.at(-1)?.toLowerCase() === parts[0]?.toLowerCase();
    const path = qualified ? parts.slice(1) : parts;
    const column = findField(relation.schema, path[0] ?? "");
    if (column === undefined || (!qualified && parts.length > 1 && column.dataType.kind !== "struct")) return [];
    const sql = [relation.engineAlias, column.name, ...path.slice(1)].map(engineName).join(".");
    return [{ relation, column: column.name, type: column.dataType, sql }];
  });
  if (hits.length > 1) {
    throw new LakeletError({ condition: "AMBIGUOUS_REFERENCE", problem: `${parts.join(".")} is ambiguous.` });
  }
  return hits[0];
}

/** `column = literal` only. */
function skippingOf(text: string): SkippingPredicate | undefined {
  const match = /^\s*(\w+)\s*=\s*(?:DATE\s*)?(?:'([^']*)'|(\d+))\s*$/.exec(text);
  if (match === null) return undefined;
  const [, column = "", word, digits] = match;
  return { kind: "compare", operator: "=", column: [column], value: word ?? Number(digits) };
}
