/** AUTO CDC by its documented rules, over arrays: each key's events in the order of their sequence, one after the other. Knows nothing of lakelet. */

/** A value of a column of the feed. */
export type Value = string | number | boolean | null | { readonly [field: string]: Value };

export interface ChangeEvent {
  readonly kind: "upsert" | "delete" | "truncate";
  /** Values of the keys, in their order; empty of a truncate. */
  readonly key: readonly (string | number)[];
  /** Fields of a struct in their order, or one value. */
  readonly sequence: readonly number[];
  readonly values: Readonly<Record<string, Value>>;
}

export interface ModelSettings {
  readonly columns: readonly string[];
  /** Columns whose nulls say nothing. */
  readonly ignoreNull: readonly string[];
  /** SCD 2: a change of these alone makes a version. */
  readonly tracked: readonly string[];
}

export interface ModelRow {
  readonly key: readonly (string | number)[];
  readonly values: Readonly<Record<string, Value>>;
  readonly start: readonly number[];
  readonly end: readonly number[] | undefined;
}

/** The rows as they are at the end, one a key. `start` is the sequence of the last event. */
export function scd1(events: readonly ChangeEvent[], settings: ModelSettings): readonly ModelRow[] {
  const truncates = events.filter((one) => one.kind === "truncate").map((one) => one.sequence);
  const isAlive = (event: ChangeEvent) => truncates.every((at) => compare(event.sequence, at) > 0);
  const rows: ModelRow[] = [];
  for (const timeline of timelines(events.filter(isAlive), settings)) {
    let row: ModelRow | undefined;
    for (const event of timeline) {
      if (event.kind === "delete") row = undefined;
      else row = { key: event.key, values: after(row?.values, event, settings), start: event.sequence, end: undefined };
    }
    if (row) rows.push(row);
  }
  return rows;
}

/** All versions of all keys: a version ends where the next begins, or where its key is deleted. */
export function scd2(events: readonly ChangeEvent[], settings: ModelSettings): readonly ModelRow[] {
  const rows: ModelRow[] = [];
  for (const timeline of timelines(events, settings)) {
    let open: ModelRow | undefined;
    for (const event of timeline) {
      if (event.kind === "delete") {
        if (open) rows.push({ ...open, end: event.sequence });
        open = undefined;
        continue;
      }
      const values = after(open?.values, event, settings);
      const before = open;
      if (before && settings.tracked.every((column) => isSame(before.values[column], values[column]))) {
        open = { ...before, values };
        continue;
      }
      if (before) rows.push({ ...before, end: event.sequence });
      open = { key: event.key, values, start: event.sequence, end: undefined };
    }
    if (open) rows.push(open);
  }
  return rows;
}

/** Each key's events in order. Of two at one place of the order a delete stands; what else two upserts there mean is not defined: the greater. */
function timelines(events: readonly ChangeEvent[], { columns }: ModelSettings): readonly (readonly ChangeEvent[])[] {
  const byKey = new Map<string, ChangeEvent[]>();
  for (const event of events) {
    const name = JSON.stringify(event.key);
    byKey.set(name, [...(byKey.get(name) ?? []), event]);
  }
  return [...byKey.values()].map((all) => {
    const places = new Map<string, ChangeEvent>();
    for (const event of all) {
      const place = JSON.stringify(event.sequence);
      const other = places.get(place);
      if (other === undefined || beats(event, other, columns)) places.set(place, event);
    }
    return [...places.values()].sort((left, right) => compare(left.sequence, right.sequence));
  });
}

function beats(event: ChangeEvent, other: ChangeEvent, columns: readonly string[]): boolean {
  if (event.kind !== other.kind) return event.kind === "delete";
  for (const column of columns) {
    const order = compareValues(event.values[column] ?? null, other.values[column] ?? null);
    if (order !== 0) return order > 0;
  }
  return false;
}

/** Nulls are the least. */
function compareValues(left: Value, right: Value): number {
  if (left === null || right === null) return (left === null ? 0 : 1) - (right === null ? 0 : 1);
  if (typeof left === "object" && typeof right === "object") {
    for (const name of Object.keys(left)) {
      const order = compareValues(left[name] ?? null, right[name] ?? null);
      if (order !== 0) return order;
    }
    return 0;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

function after(
  before: Readonly<Record<string, Value>> | undefined,
  event: ChangeEvent,
  { columns, ignoreNull }: ModelSettings,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    columns.map((column) => {
      const value = event.values[column] ?? null;
      return [column, ignoreNull.includes(column) ? filled(before?.[column] ?? null, value) : value];
    }),
  );
}

/** A null says nothing, in a struct each field by itself. */
function filled(before: Value, value: Value): Value {
  if (value === null) return before;
  if (typeof value !== "object" || before === null || typeof before !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, filled(before[name] ?? null, field)]));
}

function isSame(left: Value | undefined, right: Value | undefined): boolean {
  return JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (const [index, value] of left.entries()) {
    const other = right[index] ?? 0;
    if (value !== other) return value - other;
  }
  return 0;
}
