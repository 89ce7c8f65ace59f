import { defineConfig } from "vitest/config";

/** The built command at work for many seconds: notebooks, the prompt, schedules that come due, kills, repairs, secrets in all that is written. */
export default defineConfig({
  test: {
    include: ["test/system/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    pool: "forks",
    maxWorkers: 1,
    isolate: false,
  },
});
