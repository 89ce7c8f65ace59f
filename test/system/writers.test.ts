import { describe, expect, it } from "vitest";
import { manyWriters } from "../reliability/writers/many-writers.js";

describe("processes that write to the same tables", () => {
  it("lose nothing and write nothing twice, killed or not (the long form: npm run test:reliability -- --only writers)", async () => {
    const result = await manyWriters({ processes: 3, transactions: 8, seed: 7, kills: 1 });
    expect(result.anomalies).toEqual([]);
    expect(result.transactions).toBe(24);
  }, 180_000);
});
