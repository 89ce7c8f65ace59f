import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useSession } from "../support/session.js";

const lake = useSession();
const page = readFileSync(new URL("../../docs/streams.md", import.meta.url), "utf8");

test("the page's query runs as a flow; the conditions that it names are those that are thrown", async () => {
  const [, query = ""] = /```sql\n([\s\S]*?)```/.exec(page) ?? [];
  const landing = join(lake.folder, "landing/orders");
  mkdirSync(landing, { recursive: true });
  writeFileSync(join(landing, "a.json"), '{"order_id":1,"amount":2.5}\n{"amount":3}\n');
  const rows = await lake.spark.sql(query.replace("landing/orders", landing));
  const result = await lake.spark.appendFlow({
    flow: "docs/orders",
    rows,
    target: { table: ["orders"], partitionBy: [], clusterBy: [], properties: {}, constraints: {} },
    expectations: [],
    byName: true,
    start: "continue",
    once: false,
  });
  expect(result).toMatchObject({ published: 1n, filters: true });
  const sources = ["table-increment", "streaming-shape"].map((name) =>
    readFileSync(new URL(`../../src/session/local/flows/${name}.ts`, import.meta.url), "utf8"),
  );
  const named = page.match(/`(?:DELTA_|STREAMING_|NON_TIME|UNSUPPORTED_FEATURE\.)[A-Z_.]+`/g) ?? [];
  expect(named.length).toBeGreaterThan(6);
  for (const one of named) expect(sources.join("")).toContain(one.slice(1, -1));
});
