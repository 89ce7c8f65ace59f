/** The process of process-cost.ts: does what its argument says, and tells what it took. */
import { mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const work = JSON.parse(process.argv[2]);
const { threads, memoryLimit, temporaryFolder } = work.settings;

async function session() {
  const file = join(work.packageFolder, "dist/index.js");
  const { createLocalSession } = await import(pathToFileURL(file).href);
  const spark = await createLocalSession({ warehouse: work.warehouse, timeZone: "UTC", ...work.settings });
  return () => spark.execute(work.sql);
}

async function copy() {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const options = { threads: String(threads), memory_limit: memoryLimit, temp_directory: temporaryFolder };
  const connection = await (await DuckDBInstance.create(":memory:", options)).connect();
  await connection.run("SET TimeZone = 'UTC'");
  return async () => {
    await mkdir(work.location, { recursive: true });
    const form =
      "FORMAT parquet, COMPRESSION snappy, FILE_SIZE_BYTES 134217728, FILENAME_PATTERN 'part-{uuid}', APPEND true";
    await connection.run(`COPY (${work.query}) TO '${work.location}' (${form})`);
    for (const path of [...(await readdir(work.location)).map((name) => join(work.location, name)), work.location]) {
      const handle = await open(path, "r");
      await handle.sync();
      await handle.close();
    }
  };
}

const run = await (work.do === "session" ? session() : copy());
const cpu = process.cpuUsage();
const start = performance.now();
await run();
const milliseconds = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ milliseconds, cpuMilliseconds: (user + system) / 1000, peakMegabytes }));
process.exit(0);
