/** Statements about schemas, catalogs, volumes and caches: each to its executor. */
import type { Statement } from "../../../sql/statement.js";
import { done, type StatementContext, type StatementResult } from "../statement-context.js";
import { analyze, cacheQuery, cacheTable } from "./cache-statements.js";
import { describeColumn, describeJson } from "./describe-column.js";
import { describeFunction } from "./describe-function.js";
import {
  alterSchema,
  createCatalog,
  createSchema,
  describeCatalog,
  describeSchema,
  dropCatalog,
} from "./schema-statements.js";
import { createVolume, describeVolume, dropVolume, listFiles, showVolumes } from "./volume-statements.js";

/** Undefined where the statement is none of these. */
export async function executeObjectStatement(
  statement: Statement,
  context: StatementContext,
): Promise<StatementResult | undefined> {
  switch (statement.kind) {
    case "create-schema":
      return createSchema(statement, context);
    case "alter-schema":
      return alterSchema(statement, context);
    case "describe-schema":
      return describeSchema(statement, context);
    case "create-catalog":
      return createCatalog(statement, context);
    case "drop-catalog":
      return dropCatalog(statement, context);
    case "describe-catalog":
      return describeCatalog(statement, context);
    case "describe-column":
      return describeColumn(statement, context);
    case "describe-json":
      return describeJson(statement, context);
    case "describe-function":
      return describeFunction(statement, context);
    case "create-volume":
      return createVolume(statement, context);
    case "drop-volume":
      return dropVolume(statement, context);
    case "show-volumes":
      return showVolumes(statement, context);
    case "describe-volume":
      return describeVolume(statement, context);
    case "list-files":
      return listFiles(statement, context);
    case "cache":
    case "uncache":
    case "refresh":
      return cacheTable(statement, context);
    case "cache-query":
      return cacheQuery(statement, context);
    case "analyze":
      return analyze(statement, context);
    case "clear-cache":
      return done("CLEAR CACHE: tables are read afresh each time, nothing to do");
    default:
      return undefined;
  }
}
