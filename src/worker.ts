/** Entry of a child process that runs task attempts. */
import { serveProjectWorker } from "./workspace/serve-worker.js";

serveProjectWorker(async () => ({
  "lakelet/notebook": await import("./notebook.js"),
  lakelet: await import("./index.js"),
}));
