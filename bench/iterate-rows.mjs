/** The process of overhead-processes.ts: goes through rows one by one and tells the peak of its memory. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [packageFolder, folder, count] = process.argv.slice(2);
const file = join(packageFolder, "dist/index.js");
const { createLocalSession } = await import(pathToFileURL(file).href);
const spark = await createLocalSession({ warehouse: join(folder, "none") });
const frame = await spark.sql(`SELECT id, id * 2 AS twice, concat('name ', id) AS name, id * 0.5D AS half,
  date_add(DATE'2020-01-01', CAST(id % 1000 AS INT)) AS day FROM range(${count})`);
let rows = 0;
for await (const _ of frame.toLocalIterator()) rows++;
process.stdout.write(JSON.stringify({ rows, peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024) }));
await spark.stop();
