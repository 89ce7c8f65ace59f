/** The names that a query reads, and its text with those names written otherwise. */
import { sourcesOf } from "../sql/analysis/table-references.js";
import { parseQuery } from "../sql/parse/parse.js";
import { tokenize } from "../sql/parse/tokens.js";

export interface QueryInput {
  /** Parts of the name as written, `LIVE.` taken off; of a table function its name. */
  readonly name: readonly string[];
  readonly isStream: boolean;
  /** True for `read_files(...)` and its kin, which name no table. */
  readonly isFunction: boolean;
}

/**
 * What a query reads, once each, in the order of its text; names of WITH are not among them.
 * `loadParser()` must have been awaited.
 * @example queryInputs("WITH a AS (SELECT * FROM STREAM(LIVE.b)) SELECT * FROM a JOIN c USING (id)") // b as a stream, c
 */
export function queryInputs(text: string): readonly QueryInput[] {
  const { tables, functions } = sourcesOf(parseQuery(text));
  const inputs = [
    ...tables.map(({ item }) => ({ at: item.span?.start ?? 0, name: withoutLive(item.name), item, isFunction: false })),
    ...functions.map((item) => ({ at: item.call.span?.start ?? 0, name: [item.call.name], item, isFunction: true })),
  ];
  const seen = new Map<string, QueryInput>();
  for (const { name, item, isFunction } of inputs.sort((a, b) => a.at - b.at)) {
    const input = { name, isStream: item.streaming === true, isFunction };
    const key = JSON.stringify([name.map((one) => one.toLowerCase()), input.isStream, isFunction]);
    if (!seen.has(key)) seen.set(key, input);
  }
  return [...seen.values()];
}

/** `LIVE.x` is x in the pipeline. */
export function withoutLive(name: readonly string[]): readonly string[] {
  return name.length > 1 && name[0]?.toLowerCase() === "live" ? name.slice(1) : name;
}

/** The query without the old prefix `LIVE.` of its tables and of their columns. */
export function withoutLivePrefix(text: string): string {
  if (!/live/i.test(text)) return text;
  const { tables } = sourcesOf(parseQuery(text));
  const live = new Set(
    tables.filter(({ item }) => withoutLive(item.name) !== item.name).map(({ item }) => nameAfterLive(item.name)),
  );
  const { tokens } = tokenize(text);
  const cuts = tokens.flatMap((token, i) => {
    const [dot, name] = [tokens[i + 1], tokens[i + 2]];
    const isPrefix = token.value.toLowerCase() === "live" && token.kind !== "string" && tokens[i - 1]?.upper !== ".";
    if (!isPrefix || dot?.upper !== "." || name === undefined || !live.has(name.value.toLowerCase())) return [];
    return [{ start: token.start, end: name.start }];
  });
  return cuts.reduceRight((result, { start, end }) => result.slice(0, start) + result.slice(end), text);
}

function nameAfterLive(name: readonly string[]): string {
  return name[1]?.toLowerCase() ?? "";
}

/**
 * The query with the names of its tables written otherwise; all else is as it was.
 * @param rewrite the parts to write for those that stand there
 */
export function withTableNames(text: string, rewrite: (name: readonly string[]) => readonly string[]): string {
  const { tables } = sourcesOf(parseQuery(text));
  const changes = tables.flatMap(({ item: { name, span } }) => {
    const next = rewrite(name);
    if (span === undefined || (next.length === name.length && next.every((part, i) => part === name[i]))) return [];
    return [{ ...span, text: next.map((part) => `\`${part.replaceAll("`", "``")}\``).join(".") }];
  });
  let result = text;
  for (const { start, end, text: name } of changes.sort((a, b) => b.start - a.start)) {
    result = `${result.slice(0, start)}${name}${result.slice(end)}`;
  }
  return result;
}
