/** A query of any kind to engine SQL. */
import type { Query } from "../ast.js";
import { compileWith } from "./common-tables.js";
import { apart } from "./origins.js";
import type { Environment, QueryOutput } from "./scope.js";
import { compileSelect } from "./select.js";
import { compileSetQuery } from "./set-operation.js";
import { compileValues } from "./values.js";

export function compileAnyQuery(query: Query, environment: Environment, hidden: boolean): QueryOutput {
  return apart(environment.analysis, () => compiled(query, environment, hidden));
}

function compiled(query: Query, environment: Environment, hidden: boolean): QueryOutput {
  switch (query.kind) {
    case "select":
      return compileSelect(query, environment, hidden);
    case "set":
      return compileSetQuery(query, environment);
    case "values":
      return compileValues(query, environment);
    case "with":
      return compileWith(query, environment, hidden);
  }
}
