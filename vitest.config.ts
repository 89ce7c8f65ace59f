import { defineConfig } from "vitest/config";

/** Tests that replace modules for themselves. */
const REPLACING_MODULES = ["test/storage/durability.test.ts"];

/** The others share the modules of their worker: loading the engine and the parser for each file would cost a minute in all. */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "shared",
          include: ["test/**/*.test.ts"],
          exclude: ["test/interop/**", "test/crash/**", "test/system/**", ...REPLACING_MODULES],
          isolate: false,
        },
      },
      { extends: true, test: { name: "isolated", include: REPLACING_MODULES } },
    ],
  },
});
