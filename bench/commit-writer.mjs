/**
 * One writer of B10: appends ten rows a commit to a table, through the session of a built package, and tells the version of each.
 * Arguments: the folder of the package, the warehouse, number of the writer, its commits. Waits for a line before it begins.
 */
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , packageFolder, warehouse, writer, commits] = process.argv;
const { createLocalSession } = await import(pathToFileURL(join(packageFolder, "dist/index.js")).href);
// Until the parser and the statements are compiled.
const WARM_UP = 100;
const ROWS = 10;

const spark = await createLocalSession({ warehouse, threads: 1, memoryLimit: "256MB" });
const insert = (table, number) => {
  const rows = Array.from({ length: ROWS }, (_, row) => `(${writer}, ${number}, ${row}, 'row ${row}', ${row}.25)`);
  return spark.execute(`INSERT INTO ${table} VALUES ${rows.join(", ")}`);
};
const columns = "(writer INT, number INT, row INT, name STRING, amount DECIMAL(10,2))";
await spark.execute(`CREATE TABLE warm_${writer} ${columns}`);
for (let number = 0; number < WARM_UP; number++) await insert(`warm_${writer}`, number);
process.stdout.write("ready\n");
await once(process.stdin, "data");
const before = process.cpuUsage();
for (let number = 0; number < Number(commits); number++) await insert("t", number);
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${JSON.stringify({ user: user / 1000, system: system / 1000 })}\n`);
await spark.stop();
process.exit(0);
