/** The quality report in a real browser: it fits a phone and a desk, by day and by night, asks for nothing, and runs nothing of the data's. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { qualityHtml } from "../../src/history/quality/quality-html.js";
import type { CheckHistory, CheckStatus, QualityReport } from "../../src/history/quality/quality-report.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { Browser } from "./browser.js";

const HOSTILE = `</title></style><script>document.title='owned'</script><img src="http://127.0.0.1:9/x.png" onerror="document.title='owned'">`;
const LONG = "a_name_without_a_place_to_break_".repeat(6);
/** Where to look at the pictures; nowhere by default. */
const PICTURES = process.env.LAKELET_SCREENSHOTS;

const at = Date.UTC(2026, 0, 1);
const check = (name: string, status: CheckStatus): CheckHistory => ({
  check: name,
  type: "expression",
  expression: `${name} > 0 AND '${HOSTILE}' IS NOT NULL`,
  onViolation: "drop",
  severity: "error",
  tags: ["finance", LONG],
  owner: "ann",
  description: HOSTILE,
  source: "lakelet",
  points: Array.from({ length: 30 }, (_, i) => ({
    at: at + i * 86_400_000,
    status: i === 29 ? status : "PASSED",
    value: i,
    violations: i,
    threshold: 0,
    totalRows: 1_000_000,
    by: HOSTILE,
  })),
});
const sample = {
  columns: Array.from({ length: 25 }, (_, i) => `column_${i}`),
  rows: [Array.from({ length: 25 }, (_, i) => (i === 3 ? null : i % 2 === 0 ? HOSTILE : LONG))],
};
const column = (name: string) => ({
  column: name,
  type: "double",
  nulls: 3,
  distinct: 1000,
  min: "0.1",
  max: LONG,
  minLength: undefined,
  maxLength: undefined,
  mean: 12.5,
  stddev: 3,
  quantiles: [1, 2, 3, 4, 5],
  histogram: [1, 5, 9, 20, 9, 5, 1, 0, 0, 0, 0, 1],
  topValues: [{ value: HOSTILE, count: 7 }],
});
const names = ["main.bronze.orders", "main.silver.orders", `main.gold.${LONG}`];
const report: QualityReport = {
  at,
  tables: names.map((name, i) => ({
    name,
    rows: 1_234_567,
    status: (["PASSED", "DROPPED", "FAILED"] as const)[i],
    checks: [check("amount", "PASSED"), check(LONG, "FAILED"), check(HOSTILE, "WARNED")],
    profile: {
      at,
      version: 7,
      rows: 1_234_567,
      columns: ["amount", LONG, HOSTILE].map(column),
      rowsOverTime: [1, 2, 3].map((day) => ({ at: at + day, rows: day * 1000 })),
    },
    quarantine: { table: `${name}_quarantine`, rows: 12, reasons: [{ reason: HOSTILE, rows: 12 }], sample },
    samples: [{ check: HOSTILE, where: "published", sample }],
  })),
  flows: names.map((name) => ({
    pipeline: "shop",
    update: "1",
    flow: name,
    target: name,
    status: "COMPLETED",
    at,
    read: 1_000_000,
    filtered: 10,
    published: 999_000,
    quarantined: 990,
    malformed: 4,
    isRowByRow: true,
    technique: undefined,
  })),
  lineage: {
    nodes: [{ id: "/in/*.json", kind: "files" }, ...names.map((id) => ({ id, kind: "table" }) as const)],
    edges: ["/in/*.json", ...names].flatMap((from, i) => (names[i] === undefined ? [] : [{ from, to: names[i] }])),
  },
};

let browser: Browser;
let url: string;
beforeAll(() => {
  const file = join(temporaryFolder({ "report.html": qualityHtml(report, HOSTILE) }), "report.html");
  url = pathToFileURL(file).href;
  browser = new Browser();
}, 300_000);
afterAll(() => browser.close());

test.each([
  ["a phone", 360, "dark"],
  ["a tablet", 768, "light"],
  ["a desk", 1440, "light"],
] as const)("the page fits %s, asks for nothing and has nothing to complain of", async (_, width, scheme) => {
  const { requests, complaints, pageWidth, png } = await browser.look(url, width, scheme);
  if (PICTURES !== undefined) {
    mkdirSync(PICTURES, { recursive: true });
    writeFileSync(join(PICTURES, `quality-${width}.png`), png);
  }
  expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
  expect(pageWidth).toBeLessThanOrEqual(width);
  expect(png.length).toBeGreaterThan(10_000);
});
