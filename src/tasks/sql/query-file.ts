/** The files of a sql_task: a saved query by its id, or a SQL file by its path. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";
import { nearestName } from "../../jobs/spec/nearest-name.js";
import type { ProjectPaths } from "../project-paths.js";

export interface SqlFileSettings {
  readonly query?: { readonly query_id: string };
  readonly file?: { readonly path: string };
}

/** The file of a query or a file task. Throws `QUERY_NOT_FOUND` with the nearest id, or `SQL_FILE_NOT_FOUND`. */
export function sqlFileOf(settings: SqlFileSettings, paths: ProjectPaths, queries: string): string {
  if (settings.query) return queryFile(settings.query.query_id, queries);
  const path = settings.file?.path ?? "";
  const file = paths.toLocal(path);
  if (isFile(file)) return file;
  throw new LakeletError({
    condition: "SQL_FILE_NOT_FOUND",
    sqlState: "42000",
    problem: `The SQL file ${path} does not exist.`,
    reason: `It was looked for at ${file}.`,
    parameters: { path },
  });
}

/** A folder is none. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

const QUERY = [".sql"];

export function queryFile(id: string, queries: string): string {
  const file = savedFile(id, queries, QUERY);
  if (file !== undefined) return file;
  const nearest = nearestName(id, savedNames(queries, QUERY));
  throw new LakeletError({
    condition: "QUERY_NOT_FOUND",
    sqlState: "42000",
    problem: `There is no query \`${id}\`.`,
    reason: isPlainName(id)
      ? `A query_id names a file: ${join(queries, `${id}.sql`)} does not exist.`
      : "A query_id names a file in the queries folder.",
    cure: nearest === undefined ? "Save its SQL under that name." : `Did you mean \`${nearest}\`?`,
    parameters: { queryId: id },
  });
}

/** The file `<id><ending>` in a folder; none for an id that is no plain name. */
export function savedFile(id: string, folder: string, endings: readonly string[]): string | undefined {
  if (!isPlainName(id)) return undefined;
  return endings.map((ending) => join(folder, id + ending)).find(isFile);
}

/** The ids of a folder's files. */
export function savedNames(folder: string, endings: readonly string[]): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const ending = endings.find((one) => name.endsWith(one));
    return ending === undefined ? [] : [name.slice(0, -ending.length)];
  });
}

/** An id may come of a parameter: it leads to no other folder. */
export function isPlainName(id: string): boolean {
  return id !== "" && !/[/\\\0]|^\.\.?$/.test(id);
}
