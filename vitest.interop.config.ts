import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/interop/**/*.test.ts"],
    // Spark's first query takes seconds on a busy machine; the installation of the peers has a time of its own.
    testTimeout: 240_000,
    hookTimeout: 60_000,
    pool: "forks",
    // One worker without isolation: one Spark session serves all files.
    maxWorkers: 1,
    isolate: false,
    globalSetup: ["test/interop/install-peers.ts"],
  },
});
