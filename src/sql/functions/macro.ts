/** Macros of the engine as data. A macro's arguments are substituted, so one that is named twice is evaluated twice. */

export interface Macro {
  readonly name: string;
  readonly sql: string;
}

/** A scalar macro; `body` is engine SQL over the parameters. */
export function macro(name: string, parameters: readonly string[], body: string): Macro {
  return { name, sql: `CREATE OR REPLACE MACRO ${name}(${parameters.join(", ")}) AS (${body})` };
}

/** Macros by name, as an EngineLibrary wants them. */
export function macros(...list: readonly Macro[]): Readonly<Record<string, string>> {
  return Object.fromEntries(list.map((one) => [one.name, one.sql]));
}
