/** `lakelet sql`: statements in one session, with or without a project. */
import { resolve } from "node:path";
import { typeText } from "../schema/type-text.js";
import type { ExecutionResult } from "../session/contract.js";
import type { LocalSession } from "../session/local-session.js";
import { asLakeletError, statementIndex } from "../tasks/failure.js";
import { type JsonValue, jsonValue } from "../tasks/json-value.js";
import type { Project } from "./project-defaults.js";
import { projectHere } from "./project-here.js";
import { sessionOptions } from "./session-options.js";

export type { JsonValue } from "../tasks/json-value.js";

export interface RunSqlOptions {
  readonly text: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Instead of the project's. */
  readonly warehouse?: string;
  /** Cancels the statement that runs: it fails with OPERATION_CANCELED, and what it staged is removed. */
  readonly signal?: AbortSignal;
}

export interface SqlResult {
  /** Types in Spark DDL. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly JsonValue[])[];
  readonly statements: ExecutionResult["statements"];
}

/** Runs `;`-separated statements; the result is the last one's. */
export async function runSql({ text, parameters, warehouse, signal }: RunSqlOptions): Promise<SqlResult> {
  const session = await openSqlSession(await projectHere(), warehouse);
  const cancellation = cancelWhen(signal, session);
  try {
    const { schema, rows, statements } = await session.execute(text, parameters);
    return {
      columns: schema.fields.map((one) => ({ name: one.name, type: typeText(one.dataType) })),
      rows: rows.map((row) => row.map(jsonValue)),
      statements,
    };
  } finally {
    cancellation.end();
    await session.stop();
  }
}

/** The session of statements that are typed: of the project's warehouse or of another one. */
export async function openSqlSession(project: Project, warehouse?: string): Promise<LocalSession> {
  const { createLocalSession } = await import("../session/local-session.js");
  return createLocalSession({
    ...sessionOptions(project),
    ...(warehouse !== undefined && { warehouse: resolve(warehouse) }),
    workingFolder: process.cwd(),
  });
}

const CANCEL_AGAIN_MS = 20;

/** Cancels again and again: a statement asks the engine several times, and the signal may come in between. */
export function cancelWhen(signal: AbortSignal | undefined, session: LocalSession): { end(): void } {
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    session.cancel();
    timer = setInterval(() => session.cancel(), CANCEL_AGAIN_MS);
  };
  if (signal?.aborted) begin();
  else signal?.addEventListener("abort", begin);
  return {
    end() {
      signal?.removeEventListener("abort", begin);
      clearInterval(timer);
    },
  };
}

export interface SqlErrorBody {
  readonly condition: string;
  readonly sqlState: string;
  readonly message: string;
  /** From 0; the statement that failed. */
  readonly statement: number;
}

export function sqlErrorBody(error: unknown): SqlErrorBody {
  const known = asLakeletError(error);
  return {
    condition: known?.condition ?? "INTERNAL_ERROR",
    sqlState: known?.sqlState ?? "XX000",
    message: error instanceof Error ? error.message : String(error),
    statement: statementIndex(error) ?? 0,
  };
}
