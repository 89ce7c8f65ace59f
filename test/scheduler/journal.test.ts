import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { JournalFolder } from "../../src/scheduler/journal.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const watched = (cursor: number) => ({ type: "watched", at: 1, trigger: "t", cursor }) as const;

it("what was being written when the scheduler died does not count, and is not built upon", () => {
  const state = temporaryFolder();
  const journal = new JournalFolder(state);
  journal.append("7", watched(1));
  journal.append("7", watched(2));
  const file = join(state, "scheduler/jobs/7.ndjson");
  appendFileSync(file, '{"type":"watched","at":1,"trig');
  expect(new JournalFolder(state).read("7")).toEqual([watched(1), watched(2)]);
  journal.append("7", watched(3));
  expect(journal.read("7")).toEqual([watched(1), watched(2), watched(3)]);
  expect(readFileSync(file, "utf8").split("\n")).toHaveLength(4);
  expect(journal.read("8")).toEqual([]);
});

it("a damaged journal is told with its line", () => {
  const state = temporaryFolder();
  const journal = new JournalFolder(state);
  journal.append("7", watched(1));
  writeFileSync(join(state, "scheduler/jobs/7.ndjson"), `${JSON.stringify(watched(1))}\nx\n`);
  expect(() => journal.read("7")).toThrow("7.ndjson:2: [CORRUPT_SCHEDULER_JOURNAL]");
});
