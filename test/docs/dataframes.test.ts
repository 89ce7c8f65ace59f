/** The examples of docs/dataframes.md run, one after the other, in one program. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createJiti } from "jiti";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import * as lakelet from "../../src/index.js";
import { useSession } from "../support/session.js";

const page = readFileSync(join(import.meta.dirname, "../../docs/dataframes.md"), "utf8");
const lake = useSession();

test("the examples run and show what they say", async () => {
  const code = [...page.matchAll(/```ts\n([\s\S]*?)```/g)]
    .map(([, text = ""]) => text)
    .join("\n")
    .replaceAll(/^import .*$/gm, "")
    .replace(/^const spark = .*$/m, "")
    .replaceAll("./out/", `${lake.folder}/out/`);
  const program = createJiti(import.meta.url).transform({ source: `async function main() {${code}}`, ts: true });
  const shown: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values) => void shown.push(values.join(" ")));
  try {
    const scope = { ...lakelet, z, spark: lake.spark };
    const names = Object.keys(scope).filter((name) => !["typeof", "typeof_"].includes(name));
    const run = new Function(...names, `${program}; return main();`);
    await run(...names.map((name) => scope[name as keyof typeof scope]));
  } finally {
    log.mockRestore();
  }
  const text = shown.join("\n");
  expect(text).toContain("|     Ann|2024-01-15| 12.5|");
  expect(text).toContain("Bob 7.25");
  expect(text).toMatch(/\| {2}3\| {6}A\|/);
  expect(text).toContain("| 12.3|");
  expect(text).toMatch(/\|name\|\n\+----\+\n\| Ann\|\n\+----\+/);
  expect(text).toContain("id,amount,at,customer");
  expect(await lake.spark.table("per_day").count()).toBe(2);
});
