/** Between an attempt's process and whoever listens to it: nothing that is told has a secret in it, also one that came in two pieces. */
import type { AttemptEvent, AttemptListener, AttemptResult } from "../run/attempt.js";
import type { KnownSecrets } from "./known-secrets.js";
import { redactedOutput, redactedReport, redactedResult, redactedValue } from "./redacted-attempt.js";

const STREAMS = ["stdout", "stderr"] as const;
type StreamName = (typeof STREAMS)[number];

export class RedactedListener implements AttemptListener {
  readonly #secrets: KnownSecrets;
  readonly #listener: AttemptListener;
  /** Ends of what was printed that may be the beginning of a secret. */
  readonly #held = { stdout: "", stderr: "" };

  constructor(secrets: KnownSecrets, listener: AttemptListener) {
    this.#secrets = secrets;
    this.#listener = listener;
  }

  started(pid: number | undefined): void {
    this.#listener.started(pid);
  }

  event(event: AttemptEvent): void {
    const { redact } = this.#secrets;
    switch (event.type) {
      case "secret":
        this.#secrets.add([event.value]);
        return;
      case "output":
        if (event.output.kind === "text") {
          this.#print(event.output.stream, event.output.text);
        } else {
          this.#flush();
          this.#listener.event({ type: "output", output: redactedOutput(event.output, redact) });
        }
        return;
      case "report":
        this.#listener.event({ type: "report", report: redactedReport(event.report, redact) });
        return;
      case "value": {
        const value = redactedValue(event.value, redact);
        this.#warn(`The task value \`${event.key}\``, event.value, value);
        this.#listener.event({ ...event, key: redact(event.key), value });
      }
    }
  }

  /** The attempt's end as it may be told; what was held back is told before. */
  end(result: AttemptResult): AttemptResult {
    this.#flush();
    const told = redactedResult(result, this.#secrets.redact);
    if (result.state === "SUCCESS" && told.state === "SUCCESS") {
      this.#warn("The exit value", result.exitValue, told.exitValue);
    }
    return told;
  }

  #print(stream: StreamName, text: string): void {
    const { redact } = this.#secrets;
    const all = redact(this.#held[stream] + text);
    const end = all.length - this.#secrets.heldBack(all);
    this.#held[stream] = all.slice(end);
    this.#tell(stream, all.slice(0, end));
  }

  #flush(): void {
    for (const stream of STREAMS) {
      const rest = this.#held[stream];
      this.#held[stream] = "";
      this.#tell(stream, rest);
    }
  }

  #tell(stream: StreamName, text: string): void {
    if (text !== "") this.#listener.event({ type: "output", output: { kind: "text", stream, text } });
  }

  /** Otherwise another task would wonder at what it got. */
  #warn(what: string, given: unknown, told: unknown): void {
    if (JSON.stringify(given) === JSON.stringify(told)) return;
    const message = `${what} holds a secret, which is kept nowhere: other tasks get [REDACTED]. Have them read the secret themselves, with dbutils.secrets.get().`;
    this.#listener.event({ type: "report", report: { kind: "warning", message } });
  }
}
