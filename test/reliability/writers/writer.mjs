/**
 * One of many writers on one lake: runs transactions of a seed and tells of each that is done, a JSON line each. It may be killed at any
 * time. Plain JavaScript on a built package: what it loads is what users run.
 * Arguments: the folder of the package, then its task as JSON.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , packageFolder, taskText] = process.argv;
const task = JSON.parse(taskText);
const load = (path) => import(pathToFileURL(join(packageFolder, "dist", path)).href);
const { createLocalSession } = await load("index.js");

const RETRYABLE = /^DELTA_(CONCURRENT_|METADATA_CHANGED|PROTOCOL_CHANGED)/;
const say = (line) => writeSync(1, `${JSON.stringify(line)}\n`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let state = task.seed >>> 0;
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}
const below = (limit) => Math.floor(random() * limit);

/** Statement and effect of the transaction; the effect is what the checker's model applies. */
function transaction(number) {
  const kind = task.kinds[below(task.kinds.length)];
  switch (kind) {
    case "transfer": {
      const from = below(task.accounts);
      const to = (from + 1 + below(task.accounts - 1)) % task.accounts;
      const amount = 1 + below(50);
      const sql = `MERGE INTO bank t USING (SELECT ${from} AS id, -${amount} AS delta UNION ALL SELECT ${to}, ${amount}) s
        ON t.id = s.id WHEN MATCHED THEN UPDATE SET balance = t.balance + s.delta`;
      return { kind, sql, effect: { from, to, amount } };
    }
    case "withdraw": {
      // Read, then write by UPDATE: the sum leaves by one account and comes to another in one statement.
      const from = below(task.accounts);
      const to = (from + 1) % task.accounts;
      const sql = `UPDATE bank SET balance = balance + CASE WHEN id = ${from} THEN -1 ELSE 1 END WHERE id IN (${from}, ${to})`;
      return { kind: "transfer", sql, effect: { from, to, amount: 1 } };
    }
    case "append": {
      const sql = `INSERT INTO events VALUES (${task.writer}, ${number}, 'x'), (${task.writer}, ${number}, 'y')`;
      return { kind, sql, effect: { writer: task.writer, number } };
    }
    case "upsert": {
      const key = below(task.keys);
      const sql = `MERGE INTO counters t USING (SELECT ${key} AS k) s ON t.k = s.k
        WHEN MATCHED THEN UPDATE SET n = t.n + 1 WHEN NOT MATCHED THEN INSERT (k, n) VALUES (s.k, 1)`;
      return { kind, sql, effect: { key } };
    }
    case "remove": {
      const key = below(task.keys);
      return { kind, sql: `DELETE FROM counters WHERE k = ${key}`, effect: { key } };
    }
    case "optimize":
    case "vacuum": {
      const table = ["bank", "events", "counters"][below(3)];
      return { kind, sql: kind === "optimize" ? `OPTIMIZE ${table}` : `VACUUM ${table}`, effect: {} };
    }
    default:
      throw new Error(`unknown kind ${kind}`);
  }
}

const spark = await createLocalSession({ warehouse: task.warehouse, threads: 1, memoryLimit: "256MB" });
await spark.execute("SELECT 1");
say({ ready: task.writer });
let conflicts = 0;
for (let number = task.first; number < task.first + task.transactions; number++) {
  // The same transaction whether or not an earlier life of this writer was killed.
  state = (Math.imul(task.seed, 0x9e3779b1) ^ Math.imul(task.writer + 1, 0x85ebca6b) ^ number) >>> 0;
  random();
  const { kind, sql, effect } = transaction(number);
  const id = `${task.writer}-${number}`;
  say({ begin: id, kind, effect });
  for (let attempt = 1; ; attempt++) {
    try {
      spark.conf.set("spark.databricks.delta.commitInfo.userMetadata", `${id}/${kind}/${JSON.stringify(effect)}`);
      await spark.execute(sql);
      say({ done: id, kind });
      break;
    } catch (error) {
      if (RETRYABLE.test(error.condition ?? error.cause?.condition ?? "") && attempt < 500) {
        conflicts++;
        await pause(Math.random() * Math.min(200, 5 * attempt));
        continue;
      }
      say({
        failed: id,
        kind,
        sql,
        condition: error.condition ?? error.cause?.condition,
        message: String(error.stack ?? error),
      });
      break;
    }
  }
}
await spark.stop();
say({ finished: task.writer, conflicts });
