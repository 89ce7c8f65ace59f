/** The benchmarks run on a tiny set: both sides do their work, and the rows are the same. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BENCHMARKS } from "../../bench/benchmarks.js";
import { DEFAULTS, parseOptions } from "../../bench/options.js";
import { figuresJson, figuresText } from "../../bench/report.js";
import { median, summarise } from "../../bench/rounds.js";
import { type Figures, runSuite } from "../../bench/suite.js";

const folder = mkdtempSync(join(tmpdir(), "lakelet-bench-smoke-"));
const options = {
  ...DEFAULTS,
  rows: 4000,
  rounds: 1,
  threads: 2,
  folder,
  memory: false,
  // Of the many merges one: the others differ in figures only.
  only: [...BENCHMARKS.filter((one) => !one.onlyWhereAsked).map(({ id }) => id), "B4p-10"],
};

let figures: Figures;
beforeAll(async () => {
  figures = await runSuite(options);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("benchmarks", () => {
  it("give a figure each, their rows checked to be the same", () => {
    expect(figures.benchmarks.map(({ id }) => id)).toEqual(options.only);
    for (const one of figures.benchmarks) expect(one.ratio).toBeGreaterThan(0);
  });

  it("leave only their input behind", () => {
    expect(readdirSync(folder)).toEqual(["orders-4000-seed-42"]);
  });

  it("print a table and JSON with the machine and the versions", () => {
    expect(figuresText(figures, options)).toContain("MERGE 1 %, copy-on-write");
    const json = JSON.parse(figuresJson(figures, options));
    expect(json).toMatchObject({ rows: 4000, versions: { node: process.versions.node } });
    expect(json.benchmarks).toHaveLength(options.only.length);
  });
});

describe("figures", () => {
  const round = (lakelet: number, bare: number) => ({
    lakelet: { milliseconds: lakelet, cpuMilliseconds: lakelet },
    bare: { milliseconds: bare, cpuMilliseconds: bare },
  });

  it("are medians of the rounds' ratios, not ratios of medians", () => {
    const summary = summarise([round(10, 10), round(300, 100), round(40, 20)], 1);
    expect(summary.ratio).toBe(2);
    expect(summary.ratioMad).toBe(1);
    expect(summary.overBar).toBe(20);
  });

  it("take the middle of two for an even count", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe("options", () => {
  it("are read, and refused where they make no sense", () => {
    expect(parseOptions(["--rows", "10_000_000", "--only", "B1,B3"])).toMatchObject({
      rows: 10_000_000,
      only: ["B1", "B3"],
    });
    expect(() => parseOptions(["--rounds", "0"])).toThrow("no positive whole number");
  });
});
