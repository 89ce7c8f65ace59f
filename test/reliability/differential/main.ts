/** The differential suite on its own: `npx jiti test/reliability/differential/main.ts --count 1000 --engine lakelet --seed 1 --seconds 600`. */
import { parseArgs } from "node:util";
import type { Reader } from "../../interop/peers.js";
import { runDifferential } from "./differential.js";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "20000" },
    engine: { type: "string", default: "lakelet" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    statements: { type: "string" },
    seconds: { type: "string" },
    readers: { type: "string" },
  },
});
const { anomalies, notes, count } = await runDifferential({
  count: Number(values.count),
  seed: Number(values.seed),
  engine: values.engine === "spark" ? "spark" : "lakelet",
  ...(values.statements === undefined ? {} : { statements: Number(values.statements) }),
  ...(values.seconds === undefined ? {} : { seconds: Number(values.seconds) }),
  ...(values.readers === undefined ? {} : { readers: values.readers.split(",") as Reader[] }),
  log: (line) => console.log(line),
});
console.log(`${count} sequences, ${notes.join(", ")}, ${anomalies.length} differences`);
process.exitCode = anomalies.length === 0 ? 0 : 1;
