/** What SET and conf.set do, everywhere; what they refuse. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();
afterEach(() => lake.spark.conf.unset("spark.sql.session.timeZone"));

test("a time zone that was set holds for expressions, files read and files written", async () => {
  await lake.spark.execute("SET spark.sql.session.timeZone = America/New_York");
  expect(
    await rowsOf(lake.spark, "SELECT hour(TIMESTAMP'2024-07-01T12:00:00Z'), CAST('2024-03-10 01:30:00' AS TIMESTAMP)"),
  ).toEqual([[8, "2024-03-10T06:30:00.000000Z"]]);
  const path = join(lake.folder, "times.csv");
  writeFileSync(path, "at\n2024-03-10 01:30:00\n2024-11-03T01:30:00Z\n");
  const times = lake.spark.read.option("header", true).option("inferSchema", true).csv(path);
  expect(await times.collect()).toEqual([{ at: "2024-03-10T06:30:00.000000Z" }, { at: "2024-11-03T01:30:00.000000Z" }]);
  const out = join(lake.folder, "out");
  await times.write.format("csv").save(out);
  const [file = ""] = readdirSync(out).filter((name) => name.endsWith(".csv"));
  expect(readFileSync(join(out, file), "utf8")).toBe("2024-03-10T01:30:00.000-05:00\n2024-11-02T21:30:00.000-04:00\n");
  await lake.spark.execute("RESET");
  expect(await rowsOf(lake.spark, "SELECT hour(TIMESTAMP'2024-07-01T12:00:00Z')")).toEqual([[12]]);
});

test.each([
  ["spark.sql.session.timeZone", "Nope/Zone", "INVALID_CONF_VALUE.TIME_ZONE"],
  ["spark.sql.ansi.enabled", "false", "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS"],
  ["spark.sql.caseSensitive", "true", "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS"],
  ["SPARK.SQL.mapKeyDedupPolicy", "LAST_WIN", "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS"],
  ["spark.sql.legacy.timeParserPolicy", "LEGACY", "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS"],
  ["spark.sql.legacy.sizeOfNull", "true", "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS"],
  ["spark.sql.sources.partitionOverwriteMode", "dynmic", "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS"],
])("SET %s = %s is refused, the value stays", async (key, value, condition) => {
  const before = lake.spark.conf.get(key, undefined);
  await expect(lake.spark.sql(`SET ${key} = ${value}`)).rejects.toMatchObject({ condition });
  expect(() => lake.spark.conf.set(key, value)).toThrow(condition);
  expect(lake.spark.conf.get(key, undefined)).toBe(before);
});

test("other keys are kept and given back, letter case aside", async () => {
  lake.spark.conf.set("spark.sql.shuffle.partitions", "4");
  expect((await lake.spark.execute("SET SPARK.sql.shuffle.partitions")).rows).toEqual([
    ["SPARK.sql.shuffle.partitions", "4"],
  ]);
  lake.spark.conf.unset("spark.SQL.shuffle.partitions");
  expect(lake.spark.conf.get("spark.sql.shuffle.partitions", "none")).toBe("none");
});

test("an option that the writer of files does not know is refused", async () => {
  const write = lake.spark.range(1).write.format("csv").option("quotAll", true).save(join(lake.folder, "never"));
  await expect(write).rejects.toThrow(/quotall/i);
});

test("date_trunc keeps the offset of its value where the clock shows an hour twice", async () => {
  await lake.spark.execute("SET TIME ZONE 'America/New_York'");
  expect(
    await rowsOf(
      lake.spark,
      "SELECT date_trunc('hour', t), date_trunc('day', t) FROM VALUES (TIMESTAMP'2024-11-03T05:30:00Z'), (TIMESTAMP'2024-11-03T06:30:00Z') AS v(t) ORDER BY t",
    ),
  ).toEqual([
    ["2024-11-03T05:00:00.000000Z", "2024-11-03T04:00:00.000000Z"],
    ["2024-11-03T06:00:00.000000Z", "2024-11-03T04:00:00.000000Z"],
  ]);
});
