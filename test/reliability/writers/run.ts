/**
 * R4 in its long form: `npx jiti test/reliability/writers/run.ts --processes 8 --transactions 200 --seeds 5`. Each seed has its own
 * properties of the tables; exit code 1 on any anomaly.
 */
import { parseArgs } from "node:util";
import { runSeeds } from "./seeds.js";

const { values } = parseArgs({
  options: {
    processes: { type: "string", default: "8" },
    transactions: { type: "string", default: "200" },
    seeds: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    kills: { type: "string", default: "20" },
  },
});
const result = await runSeeds({
  processes: Number(values.processes),
  transactions: Number(values.transactions),
  kills: Number(values.kills),
  seeds: Array.from({ length: Number(values.seeds) }, (_, index) => Number(values.seed) + index),
  log: (line) => console.log(line),
});
for (const anomaly of result.anomalies.slice(0, 50)) console.log(`ANOMALY ${anomaly}`);
process.exit(result.anomalies.length === 0 ? 0 : 1);
