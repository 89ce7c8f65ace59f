import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { ActiveRuns } from "../../../src/jobs/run/active-runs.js";

const folder = mkdtempSync(join(tmpdir(), "lakelet-active-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("knows the runs at work, and keeps one that is repaired while its first runner leaves", () => {
  const active = new ActiveRuns(join(folder, "runs"));
  expect(active.ids()).toEqual([]);
  const ends = active.mark("90");
  const other = active.mark("100");
  const repaired = active.mark("90");
  ends();
  expect(active.ids()).toEqual(["100", "90"]);
  other();
  repaired();
  expect(new ActiveRuns(join(folder, "runs")).ids()).toEqual([]);
});
