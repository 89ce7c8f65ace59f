/** `lakelet serve` */
import { setMaxListeners } from "node:events";
import { Command } from "commander";
import type { ServeNews } from "../workspace/serve.js";
import { type BundleOptions, bundleChoice, targetOption, variableOption } from "./bundle-option.js";
import { EXIT_SIGNALS, ExitError } from "./exit.js";

interface ServeOptions extends BundleOptions {
  readonly json?: boolean;
}

export function serveCommand(): Command {
  return new Command("serve")
    .description("run the jobs of this project by their schedules and triggers, until Ctrl+C")
    .argument("[jobs...]", "only these: paths, or names under pipelines/; all where left out")
    .addOption(targetOption())
    .addOption(variableOption())
    .option("--json", "each event as a line of JSON")
    .action(serveJobs);
}

async function serveJobs(only: readonly string[], options: ServeOptions): Promise<void> {
  const [{ openProject }, { findRun }, { serve }, { newsFacts, openServeLog }, { serveLines }] = await Promise.all([
    import("../workspace/project.js"),
    import("../workspace/runs.js"),
    import("../workspace/serve.js"),
    import("../workspace/serve-log.js"),
    import("./progress/serve-lines.js"),
  ]);
  const { json = false } = options;
  const project = openProject();
  const log = await openServeLog(project);
  const signals = stopSignals(project.scheduler.stop);
  const linesOf = (news: ServeNews): readonly string[] => {
    const now = Date.now();
    if (json) return [JSON.stringify({ time: now, ...newsFacts(news) })];
    const ended = news.kind === "event" && news.event.type === "ended" ? news.event.runId : undefined;
    return serveLines(news, now, { run: ended === undefined ? undefined : findRun(project, ended) });
  };
  await serve({
    project,
    scope: { only, bundle: bundleChoice(options) },
    stop: signals.stop,
    cancel: signals.cancel,
    tell: (news) => {
      log.write(news);
      process.stdout.write(
        linesOf(news)
          .map((line) => `${line}\n`)
          .join(""),
      );
    },
  });
  log.close();
  if (signals.code !== undefined) throw new ExitError(signals.code);
}

interface StopSignals {
  readonly stop: AbortSignal;
  readonly cancel: AbortSignal;
  code: number | undefined;
}

/** The first signal stops the scheduler, the second cancels what runs (the first one, where the project says so), the third ends all at once. */
function stopSignals(first: "wait" | "cancel"): StopSignals {
  const [stop, cancel] = [new AbortController(), new AbortController()];
  // Each run at work listens to both: many are no leak.
  setMaxListeners(0, process, cancel.signal);
  const signals: StopSignals = { stop: stop.signal, cancel: cancel.signal, code: undefined };
  let count = first === "cancel" ? 1 : 0;
  for (const [name, code] of Object.entries(EXIT_SIGNALS) as [keyof typeof EXIT_SIGNALS, number][]) {
    process.on(name, () => {
      count += 1;
      if (count > 2) process.exit(code);
      // Asked to stop, and no run was hurt: that is what was wanted.
      signals.code = count > 1 ? code : 0;
      if (count > 1) cancel.abort(`Canceled: the scheduler was stopped by ${name}.`);
      stop.abort();
    });
  }
  return signals;
}
