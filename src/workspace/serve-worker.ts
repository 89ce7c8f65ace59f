/** Serves attempts in a worker's process. Everything is loaded at once, while the runner still reads the spec. */
import { serveWorker } from "../jobs/run/worker-loop.js";

/** @param modules what a notebook may import by name */
export function serveProjectWorker(modules: () => Promise<Readonly<Record<string, unknown>>>): void {
  serveWorker(async () => {
    const [{ createWorkerHost }, { createLocalSession, endLocalSession, prepareLocalSession }] = await Promise.all([
      import("./worker-host.js"),
      import("../session/local-session.js"),
    ]);
    return createWorkerHost({
      openSession: createLocalSession,
      endSession: endLocalSession,
      prepareSession: prepareLocalSession,
      modules,
    });
  });
}
