/** docs/tables.md says of each table feature what the code does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TABLE_FEATURES } from "../../src/delta/table-feature.js";

const WORDS = { yes: "yes", no: "no", "when-inactive": "when off" } as const;

test("the table of features is the code's", () => {
  const text = readFileSync(join(import.meta.dirname, "../../docs/tables.md"), "utf8");
  const rows = [...text.matchAll(/^\| (\w[\w-]*) +\| (yes|no|when off) +\| (yes|no|when off) +\|/gm)];
  const documented = rows.map(([, name, read, write]) => [name, read, write]);
  const known = Object.entries(TABLE_FEATURES).map(([name, { read, write }]) => [name, WORDS[read], WORDS[write]]);
  expect(documented).toEqual(known);
});
