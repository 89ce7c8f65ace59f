import { expect, test } from "vitest";
import { planNode } from "../../../src/dataframe/plan-id.js";
import type { FlowRequest } from "../../../src/session/flow-contract.js";
import { leftOutRows } from "../../../src/session/local/flows/left-out-rows.js";
import { type BatchRows, filteredRows } from "../../../src/session/local/flows/row-account.js";
import { FileSources } from "../../../src/session/local/opened-files.js";
import type { LocalSession } from "../../../src/session/local-session.js";
import { useSession } from "../../support/session.js";

const lake = useSession();
const runtime = () => (lake.spark as LocalSession).runtime;
const sql = (text: string) => planNode({ kind: "sql", text });

test.each([
  ["SELECT * FROM STREAM(a)", 0],
  ["SELECT id, upper(name) AS name FROM STREAM a WHERE id > 1", 1],
  ["WITH b AS (SELECT * FROM STREAM(a) WHERE id > 1), c AS (SELECT * FROM b) SELECT * FROM c WHERE name = 'x'", 2],
  ["SELECT * FROM (SELECT * FROM STREAM(a) WHERE id > 1) UNION ALL SELECT * FROM STREAM(b)", 1],
  // Of these no sum is known.
  ["SELECT * FROM STREAM(a) UNION ALL SELECT * FROM STREAM(a)", undefined],
  ["SELECT explode(names) FROM STREAM(a)", undefined],
  ["SELECT * FROM STREAM(a) LATERAL VIEW explode(names) AS n", undefined],
  ["SELECT * FROM STREAM(a) JOIN b USING (id)", undefined],
  ["SELECT DISTINCT id FROM STREAM(a)", undefined],
  ["SELECT * FROM STREAM(a) WHERE rand() < 0.5", undefined],
  ["SELECT * FROM STREAM(a) WHERE at < current_timestamp()", undefined],
  ["SELECT * FROM STREAM(a) LIMIT 1", undefined],
  ["SELECT * FROM a", undefined],
])("what leaves out rows: %s", (text, plans) => {
  expect(leftOutRows(runtime(), sql(text))?.plans.length).toBe(plans);
});

test("rows that do not add up stop the batch", async () => {
  const batch = (rows: bigint, published: number, heldBack: number) =>
    ({
      runtime: runtime(),
      request: {
        flow: "p/f",
        rows: { plan: sql("SELECT * FROM STREAM(a)") },
        target: { table: ["main", "default", "t"] },
        once: false,
      } as unknown as FlowRequest,
      sources: new FileSources(runtime().engine),
      read: [{ name: "a", rows, files: [], duplicates: [], changed: [] }],
      staged: { files: [{ rowCount: published }], heldBack: [{ verdict: "v", file: { rowCount: heldBack } }] },
      shape: { isStreaming: true, isRowByRow: true, filters: false },
    }) as unknown as BatchRows;
  expect(await filteredRows(batch(3n, 2, 1))).toBe(0n);
  const lost = filteredRows(batch(4n, 2, 1));
  await expect(lost).rejects.toMatchObject({ condition: "ROW_ACCOUNT_MISMATCH" });
  await expect(lost).rejects.toThrow("4 were read, and 2 to publish, 1 held back and 0 left out by conditions are 3");
  await expect(filteredRows(batch(2n, 2, 1))).rejects.toMatchObject({ condition: "ROW_ACCOUNT_MISMATCH" });
});
