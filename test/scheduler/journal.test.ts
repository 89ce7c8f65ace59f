import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { foldJournal, JournalFolder } from "../../src/scheduler/journal.js";
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

it("a long journal is summed up, and means the same", () => {
  const state = temporaryFolder();
  const [short, long] = [new JournalFolder(state, 2_000), new JournalFolder(temporaryFolder())];
  for (const journal of [short, long]) {
    journal.append("7", { ...watched(0), files: ["a"] });
    for (let i = 1; i <= 50; i++) {
      const run = { type: "PERIODIC", at: i } as const;
      journal.append("7", { type: "due", at: i, trigger: "t", run, late: false, files: { added: [`${i}`], gone: [] } });
      journal.append("7", { type: "missed", at: i, trigger: "u", first: i, last: i, count: 1, reason: "" });
      journal.append("7", { type: "started", at: i, trigger: "t", occurrence: i, runId: `${i}` });
    }
  }
  expect(short.read("7").length).toBeLessThan(50);
  expect(foldJournal(short.read("7"))).toEqual(foldJournal(long.read("7")));
});
