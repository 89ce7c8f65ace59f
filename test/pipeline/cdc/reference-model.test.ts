import { expect, test } from "vitest";
import { type ChangeEvent, type ModelRow, type ModelSettings, scd1, scd2, type Value } from "./reference-model.js";

// The feed of Databricks' documentation of AUTO CDC, and the tables that it shows for it.
const upsert = (id: number, name: string, city: string, sequence: number): ChangeEvent => ({
  kind: "upsert",
  key: [id],
  sequence: [sequence],
  values: { name, city },
});
const FEED: readonly ChangeEvent[] = [
  upsert(124, "Raul", "Oaxaca", 1),
  upsert(123, "Isabel", "Monterrey", 1),
  upsert(125, "Mercedes", "Tijuana", 2),
  upsert(126, "Lily", "Cancun", 2),
  { kind: "delete", key: [123], sequence: [6], values: {} },
  upsert(125, "Mercedes", "Guadalajara", 6),
  upsert(125, "Mercedes", "Mexicali", 5),
  upsert(123, "Isabel", "Chihuahua", 5),
];
const ALL: ModelSettings = { columns: ["name", "city"], ignoreNull: [], tracked: ["name", "city"] };
const shown = (rows: readonly ModelRow[]): readonly (readonly (Value | undefined)[])[] =>
  rows
    .map(({ key, values, start, end }) => [key[0], values.name, values.city, start[0], end?.[0]])
    .sort((left, right) => Number(left[0]) - Number(right[0]) || Number(left[3]) - Number(right[3]));

test("SCD type 1", () => {
  expect(shown(scd1(FEED, ALL)).map((row) => row.slice(0, 3))).toEqual([
    [124, "Raul", "Oaxaca"],
    [125, "Mercedes", "Guadalajara"],
    [126, "Lily", "Cancun"],
  ]);
  const truncated = [...FEED, { kind: "truncate", key: [], sequence: [3], values: {} } satisfies ChangeEvent];
  expect(shown(scd1(truncated, ALL)).map((row) => row.slice(0, 3))).toEqual([[125, "Mercedes", "Guadalajara"]]);
});

test("SCD type 2", () => {
  expect(shown(scd2(FEED, ALL))).toEqual([
    [123, "Isabel", "Monterrey", 1, 5],
    [123, "Isabel", "Chihuahua", 5, 6],
    [124, "Raul", "Oaxaca", 1, undefined],
    [125, "Mercedes", "Tijuana", 2, 5],
    [125, "Mercedes", "Mexicali", 5, 6],
    [125, "Mercedes", "Guadalajara", 6, undefined],
    [126, "Lily", "Cancun", 2, undefined],
  ]);
});

test("SCD type 2, history of all columns but the city", () => {
  expect(shown(scd2(FEED, { ...ALL, tracked: ["name"] }))).toEqual([
    [123, "Isabel", "Chihuahua", 1, 6],
    [124, "Raul", "Oaxaca", 1, undefined],
    [125, "Mercedes", "Guadalajara", 2, undefined],
    [126, "Lily", "Cancun", 2, undefined],
  ]);
});

test("nulls that say nothing keep what was there, and nothing outlives a delete", () => {
  const events: readonly ChangeEvent[] = [
    { kind: "upsert", key: [1], sequence: [1], values: { name: "Ann", city: { zip: 1, street: "a" } } },
    { kind: "upsert", key: [1], sequence: [2], values: { name: null, city: { zip: null, street: "b" } } },
    { kind: "upsert", key: [2], sequence: [1], values: { name: "Bob", city: null } },
    { kind: "delete", key: [2], sequence: [2], values: {} },
    { kind: "upsert", key: [2], sequence: [3], values: { name: null, city: null } },
  ];
  const rows = scd1(events, { ...ALL, ignoreNull: ["name", "city"] });
  expect(rows.map((row) => row.values)).toEqual([
    { name: "Ann", city: { zip: 1, street: "b" } },
    { name: null, city: null },
  ]);
});
