/** The daily retail files, some with lines that are no records, through a declarative pipeline in two updates: each line is accounted for. */
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { eventRows } from "../../src/pipeline/event-log/event-row.js";
import type { RowAccount } from "../../src/pipeline/update.js";
import { eventsOf, type PipelineRun, runPipeline } from "../pipeline/pipeline-lake.js";
import { rowsOf, useSession } from "../support/session.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const data = join(process.env.LAKELET_SHARED ?? join(import.meta.dirname, "../../../shared"), "data/retail");
const files = existsSync(data) ? readdirSync(data).filter((name) => name.endsWith(".csv")) : [];

const DIRT = ["536365,85123A,cut short", "536365,85123A,no number,six,2010-12-01 08:26:00,2.55,17850.0,United Kingdom"];

const SCHEMA =
  "InvoiceNo STRING, StockCode STRING, Description STRING, Quantity INT, InvoiceDate TIMESTAMP, UnitPrice DOUBLE, CustomerID DOUBLE, Country STRING";

const pipelineOf = (folder: string) => `
CREATE OR REFRESH STREAMING TABLE bronze AS SELECT *, _metadata.file_name AS file
FROM STREAM read_files('${folder}', format => 'csv', header => true, schema => '${SCHEMA}');
CREATE OR REFRESH STREAMING TABLE silver (
  CONSTRAINT customer_is_known EXPECT (CustomerID IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT has_price EXPECT (UnitPrice > 0) ON VIOLATION DROP ROW
) AS SELECT * FROM STREAM(bronze) WHERE InvoiceNo NOT LIKE 'C%';
CREATE OR REFRESH STREAMING TABLE customers;
CREATE FLOW last_seen AS AUTO CDC INTO customers FROM STREAM(silver) KEYS (CustomerID) SEQUENCE BY InvoiceDate
  COLUMNS (CustomerID, InvoiceDate, Country) STORED AS SCD TYPE 1;
CREATE OR REFRESH MATERIALIZED VIEW by_country AS SELECT Country, count(*) AS lines, sum(Quantity) AS quantity FROM silver GROUP BY Country;
`;

/** Counted from the text of the files, without lakelet. */
interface Counted {
  records: number;
  malformed: number;
  cancelled: number;
  heldBack: number;
  silver: number;
  readonly customers: Set<string>;
  readonly quantities: Map<string, number>;
}

/** A line's values: these files have commas in quotes, and no quotes or line breaks in them. */
function valuesOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

function count(folder: string): Counted {
  const counted: Counted = {
    ...{ records: 0, malformed: 0, cancelled: 0, heldBack: 0, silver: 0 },
    ...{ customers: new Set(), quantities: new Map() },
  };
  for (const name of readdirSync(folder)) {
    const [, ...lines] = readFileSync(join(folder, name), "utf8").split("\n").filter(Boolean);
    for (const line of lines) countLine(counted, line);
  }
  return counted;
}

function countLine(counted: Counted, line: string): void {
  if (DIRT.includes(line)) {
    counted.malformed += 1;
    return;
  }
  counted.records += 1;
  const [invoice = "", , , quantity = "", , price = "", customer = "", country = ""] = valuesOf(line);
  if (invoice.startsWith("C")) counted.cancelled += 1;
  else if (customer === "" || !(Number(price) > 0)) counted.heldBack += 1;
  else {
    counted.silver += 1;
    counted.customers.add(customer);
    counted.quantities.set(country, (counted.quantities.get(country) ?? 0) + Number(quantity));
  }
}

if (files.length === 0)
  test.skip("retail by a declarative pipeline: skipped because ../shared/data/retail is not there", () => undefined);

describe.runIf(files.length > 0)("retail by a declarative pipeline", () => {
  const lake = useSession();
  const updates: PipelineRun[] = [];
  let expected: Counted;

  beforeAll(async () => {
    const folder = join(temporaryFolder(), "retail");
    mkdirSync(folder);
    const half = Math.floor(files.length / 2);
    for (const days of [files.slice(0, half), files.slice(half), []]) {
      for (const [index, name] of days.entries()) {
        copyFileSync(join(data, name), join(folder, name));
        if (index % 5 === 0) appendFileSync(join(folder, name), `${DIRT.join("\n")}\n`);
      }
      updates.push(await runPipeline(lake.spark, pipelineOf(folder)));
    }
    expected = count(folder);
  }, 400_000);

  const number = async (query: string) => Number((await rowsOf(lake.spark, query))[0]?.[0]);

  /** What lakelet says itself, over all updates. */
  function told(flow: string): Omit<Record<keyof RowAccount, number>, "sources" | "isRowByRow"> {
    const accounts = updates.flatMap(({ events }) =>
      eventsOf(events, "flow-progress").flatMap((one) => (one.flow === flow && one.account ? [one.account] : [])),
    );
    const sum = (name: "read" | "malformed" | "filtered" | "published" | "quarantined") =>
      accounts.reduce((all, one) => all + Number(one[name]), 0);
    return {
      ...{ read: sum("read"), malformed: sum("malformed"), filtered: sum("filtered") },
      ...{ published: sum("published"), quarantined: sum("quarantined") },
    };
  }

  test("each line of the files is a row of bronze, or in its quarantine", async () => {
    expect(updates.map(({ state }) => state)).toEqual(["COMPLETED", "COMPLETED", "COMPLETED"]);
    const { records, malformed } = expected;
    expect(records).toBe(105_335);
    expect(await number("SELECT count(*) FROM p.bronze")).toBe(records);
    expect(await number("SELECT count(*) FROM p.bronze_quarantine")).toBe(malformed);
    expect(told("bronze")).toEqual({ read: records, malformed, filtered: 0, published: records, quarantined: 0 });
  });

  test("each row of bronze is one of silver, of its quarantine, or left out by the condition", async () => {
    const { records, cancelled, heldBack, silver } = expected;
    expect(silver + heldBack + cancelled).toBe(records);
    expect(await number("SELECT count(*) FROM p.silver")).toBe(silver);
    expect(await number("SELECT count(*) FROM p.silver_quarantine")).toBe(heldBack);
    expect(told("silver")).toEqual({
      ...{ read: records, malformed: 0, filtered: cancelled, published: silver, quarantined: heldBack },
    });
  });

  test("gold has what the lines say", async () => {
    const { customers, quantities, silver } = expected;
    expect(await number("SELECT count(*) FROM p.customers")).toBe(customers.size);
    expect(told("last_seen")).toMatchObject({ read: silver, published: silver });
    const rows = await rowsOf(lake.spark, "SELECT Country, CAST(quantity AS INT) FROM p.by_country ORDER BY Country");
    expect(new Map(rows.map(([country, quantity]) => [country, quantity]))).toEqual(quantities);
  });

  test("the event log says the same", () => {
    const settings = { id: "p", name: "p" };
    const rows = updates.flatMap(({ events }) =>
      events.flatMap(eventRows({ settings, updateId: "u", userName: "me" } as Parameters<typeof eventRows>[0])),
    );
    const accounts = rows.flatMap((row) => {
      const details = typeof row.details === "string" ? JSON.parse(row.details) : row.details;
      const account = details.flow_progress?.row_account;
      return account !== undefined && row.origin.flow_name === "silver" ? [account] : [];
    });
    const sum = (name: string) => accounts.reduce((all, one) => all + Number(one[name]), 0);
    expect(["read", "filtered", "published", "quarantined"].map(sum)).toEqual([
      ...[expected.records, expected.cancelled, expected.silver, expected.heldBack],
    ]);
  });
});
