/** Statistics of a file some of whose rows are marked as gone: still true of each row that is left, but no longer exact (Delta protocol, "Per-file Statistics"). */

/** Texts are jumped over as a whole, for a value or a column may hold anything. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{},]|[^"{},]+/g;

/**
 * The statistics with `tightBounds` false and all the file's rows as `numRecords`. Minima, maxima and null counts stay: they are bounds.
 * @example wideStatistics('{"numRecords":3,"nullCount":{"id":0}}', 3n) // '{"numRecords":3,"nullCount":{"id":0},"tightBounds":false}'
 */
export function wideStatistics(stats: string | undefined, physicalRows: bigint): string {
  const members = (stats === undefined ? [] : outermostMembers(stats)).filter(
    (member) => !/^"(?:numRecords|tightBounds)"/.test(member),
  );
  return `{${[`"numRecords":${physicalRows}`, ...members, '"tightBounds":false'].join(",")}}`;
}

/** The texts between the commas of the outermost object: numbers keep every digit. */
function outermostMembers(json: string): readonly string[] {
  const members: string[] = [];
  let depth = 0;
  let member = "";
  for (const [token] of json.trim().slice(1, -1).matchAll(TOKEN)) {
    if (token === "{") depth++;
    if (token === "}") depth--;
    if (token === "," && depth === 0) {
      members.push(member.trim());
      member = "";
    } else member += token;
  }
  return [...members, member.trim()].filter((one) => one !== "");
}
