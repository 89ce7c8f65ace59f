/** The rows that a flow's query is for: those of its SQL, or what a function of the user's gives. */
import type { DataFrame } from "../dataframe/data-frame.js";
import { isLakeletError, LakeletError } from "../errors/lakelet-error.js";
import type { SparkSession } from "../session/contract.js";
import type { FlowQuery } from "./definition.js";

/** @throws PIPELINE_SOURCE_FAILED where the function throws what is no error of lakelet's, or gives no DataFrame */
export async function queryFrame(session: SparkSession, query: FlowQuery): Promise<DataFrame> {
  if (query.kind === "sql") return session.sql(query.text);
  const rows = await resultOf(query.frame);
  if (isFrame(rows)) return rows;
  const given = rows === undefined ? "nothing" : rows === null ? "null" : `a value of type ${typeof rows}`;
  throw failed(`The query function gives ${given}, not a DataFrame.`, "Return the DataFrame: () => spark.table(...).");
}

async function resultOf(frame: () => Promise<DataFrame> | DataFrame): Promise<unknown> {
  try {
    return await frame();
  } catch (error) {
    if (!(error instanceof Error) || isLakeletError(error) || isLakeletError(error.cause)) throw error;
    throw failed(`The query function failed with ${error.name}: ${error.message}.`, "Mend the function.", error);
  }
}

/** Not by its class: a module may have loaded lakelet once more. */
function isFrame(value: unknown): value is DataFrame {
  return typeof value === "object" && value !== null && "schema" in value && typeof value.schema === "function";
}

function failed(problem: string, cure: string, cause?: Error): LakeletError {
  return new LakeletError({
    condition: "PIPELINE_SOURCE_FAILED",
    sqlState: "42000",
    problem,
    cure,
    ...(cause === undefined ? {} : { cause }),
  });
}
