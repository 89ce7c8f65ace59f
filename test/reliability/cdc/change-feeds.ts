/** Change feeds of a seed: what a table's sources may send, and by which rules it is filled. */
import type { AutoCdcFlow, ColumnSelection } from "../../../src/pipeline/definition.js";
import type { ChangeEvent, ModelSettings, Value } from "../../pipeline/cdc/reference-model.js";

export const FEED_DDL =
  "k1 INT, k2 STRING, name STRING, n INT, zip INT, street STRING, has_address BOOLEAN, op STRING, day INT, seq INT";
/** The feed as the flow sees it, with a struct among its columns. */
export const FEED_COLUMNS = [
  "k1",
  "k2",
  "name",
  "n",
  "CASE WHEN has_address THEN named_struct('zip', zip, 'street', street) END AS address",
  "op",
  "day",
  "seq",
];
const DATA = ["name", "n", "address"];
const CONTROL = ["op", "day", "seq"];

export type FeedRow = readonly (string | number | boolean | null)[];

export interface FedTable {
  readonly flow: AutoCdcFlow;
  readonly settings: ModelSettings;
  /** Changes of all feeds in the order in which they come, cut into updates. */
  readonly updates: readonly (readonly ChangeEvent[])[];
  readonly feeds: number;
}

/** Feeds that share a table: each has keys of its own. Those of one table differ in their changes only. */
export function fedTable(name: string, feeds: number, next: () => number): FedTable {
  const storedAs = next() < 0.5 ? 1 : 2;
  const ignored = chosen(next() < 0.5 ? 0 : 0.7, next);
  const tracked = chosen(0.6, next);
  const tracks = storedAs === 2 && next() < 0.6;
  const ofStruct = next() < 0.4;
  const truncates = storedAs === 1 && next() < 0.25;
  const flow: AutoCdcFlow = {
    kind: "auto-cdc",
    name,
    target: [name],
    place: { file: "cdc.sql", line: 1 },
    configuration: {},
    source: { kind: "sql", text: "" },
    keys: ["k1", "K2"],
    sequenceBy: ofStruct ? "STRUCT(day, seq)" : "seq",
    applyAsDeletes: "op = 'D'",
    ...(truncates ? { applyAsTruncates: "op = 'T'" } : {}),
    columns: next() < 0.5 ? { except: CONTROL } : { only: ["k1", "k2", ...DATA] },
    storedAs,
    ...(tracks ? { trackHistory: selection(tracked, next) } : {}),
    ignoreNullUpdates: ignored.length > 0,
    ...(ignored.length === 0 || ignored.length === DATA.length
      ? {}
      : { ignoreNullUpdatesColumns: selection(ignored, next) }),
    once: false,
  };
  const events = shuffled(
    [...Array(feeds).keys()].flatMap((feed) => feedEvents(feed, ofStruct, next)),
    next,
  );
  const sent = truncates ? withTruncates(events, ofStruct, next) : events;
  const settings = { columns: DATA, ignoreNull: ignored, tracked: tracks ? tracked : DATA };
  return { flow, settings, updates: cut(sent, next), feeds };
}

function selection(columns: readonly string[], next: () => number): ColumnSelection {
  return next() < 0.5 ? { only: columns } : { except: DATA.filter((one) => !columns.includes(one)) };
}

function chosen(share: number, next: () => number): readonly string[] {
  return DATA.filter(() => next() < share);
}

/** Three keys, each changed some times: late ones and doubles among them, gaps, deletes before the first upsert, life after a delete. */
function feedEvents(feed: number, ofStruct: boolean, next: () => number): readonly ChangeEvent[] {
  const result: ChangeEvent[] = [];
  for (let key = 0; key < 3; key += 1) {
    const count = 1 + whole(8, next);
    for (let i = 0; i < count; i += 1) {
      const sequence = ofStruct ? [whole(3, next), whole(4, next)] : [whole(12, next)];
      const kind = next() < 0.25 ? "delete" : "upsert";
      const event: ChangeEvent = { kind, key: [feed, `k${key}`], sequence, values: values(next) };
      result.push(event);
      if (next() < 0.15) result.push(event);
    }
  }
  return result;
}

function values(next: () => number): Readonly<Record<string, Value>> {
  const maybe = (value: Value): Value => (next() < 0.3 ? null : value);
  return {
    name: maybe(["Ann", "Bob"][whole(2, next)] ?? null),
    n: maybe(whole(2, next)),
    address: maybe({ zip: maybe(whole(2, next)), street: maybe(["a", "b"][whole(2, next)] ?? null) }),
  };
}

function withTruncates(events: readonly ChangeEvent[], ofStruct: boolean, next: () => number): readonly ChangeEvent[] {
  const truncate = (): ChangeEvent => ({
    kind: "truncate",
    key: [],
    sequence: ofStruct ? [whole(2, next), whole(4, next)] : [whole(7, next)],
    values: {},
  });
  return shuffled([...events, ...[...Array(1 + whole(2, next))].map(truncate)], next);
}

function cut(events: readonly ChangeEvent[], next: () => number): readonly (readonly ChangeEvent[])[] {
  const places = [...Array(1 + whole(3, next))].map(() => whole(events.length + 1, next)).sort((a, b) => a - b);
  return [0, ...places].map((from, index) => events.slice(from, places[index] ?? events.length));
}

function shuffled<Item>(items: readonly Item[], next: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, place: next() }))
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);
}

function whole(below: number, next: () => number): number {
  return Math.floor(next() * below);
}

/** A change as a row of the table that is the feed. */
export function feedRow({ kind, key, sequence, values: { name, n, address } }: ChangeEvent): FeedRow {
  const fields = typeof address === "object" && address !== null ? address : undefined;
  const plain = (value: Value | undefined) => (typeof value === "object" || value === undefined ? null : value);
  const [day, seq] = sequence.length === 1 ? [0, sequence[0] ?? 0] : [sequence[0] ?? 0, sequence[1] ?? 0];
  const op = { upsert: "U", delete: "D", truncate: "T" }[kind];
  return [
    key[0] ?? null,
    key[1] ?? null,
    plain(name),
    plain(n),
    plain(fields?.zip),
    plain(fields?.street),
    fields !== undefined,
    op,
    day,
    seq,
  ];
}
