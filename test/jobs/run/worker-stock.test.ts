import { join } from "node:path";
import { expect, it } from "vitest";
import { WorkerPool } from "../../../src/jobs/run/worker-pool.js";
import { WorkerStock } from "../../../src/jobs/run/worker-stock.js";
import { eventually } from "../../support/eventually.js";

const WORKER = join(import.meta.dirname, "scripted-worker.mjs");
const { signal } = new AbortController();

async function runIn(stock: WorkerStock, fate: "keep" | "discard" = "keep") {
  const pool = new WorkerPool(stock);
  pool.prepare({});
  const lease = await pool.acquire({ kind: "own" }, signal);
  lease?.release(fate);
  await pool.close();
  return lease?.worker;
}

it("a process serves one run after the other; one that is not trusted, or has served long enough, is ended", async () => {
  const stock = new WorkerStock(WORKER, { mostRuns: 3 });
  const first = await runIn(stock);
  expect(first?.alive).toBe(true);
  expect(await runIn(stock)).toBe(first);
  expect(await runIn(stock)).toBe(first);
  await first?.gone();
  const second = await runIn(stock, "discard");
  expect(second).not.toBe(first);
  await second?.gone();
  const third = await runIn(stock);
  await stock.close();
  expect(third?.alive).toBe(false);
});

it("a process that waits in vain gives its memory back; those of runs side by side are kept up to the limit", async () => {
  const stock = new WorkerStock(WORKER, { idleMs: 1, mostIdle: 1 });
  const worker = await runIn(stock);
  await eventually(() => worker?.alive === false);
  const patient = new WorkerStock(WORKER, { mostIdle: 1 });
  const pool = new WorkerPool(patient);
  pool.prewarm(2);
  await pool.close();
  const [kept, fresh] = [patient.take(), patient.take()];
  expect(kept.pid).not.toBe(fresh.pid);
  for (const one of [kept, fresh]) one.killNow();
  await Promise.all([kept.gone(), fresh.gone(), stock.close()]);
});
