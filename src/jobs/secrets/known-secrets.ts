/** The secrets that a process knows, and what blacks them out. */
import { formsOfAll, type Redact, redaction } from "./redaction.js";
import { secretVariables } from "./secret-variables.js";

export class KnownSecrets {
  readonly #values = new Set<string>();
  #forms: readonly string[] = [];
  #redact: Redact = redaction([]);

  /** @param environment its variables that are secret by their names are known from the beginning */
  constructor(environment: Readonly<Record<string, string | undefined>> = {}) {
    this.add(secretVariables(environment));
  }

  /** Any text, at any time: what was blacked out before is not looked at again. */
  add(secrets: Iterable<string>): void {
    const before = this.#values.size;
    for (const secret of secrets) this.#values.add(secret);
    if (this.#values.size === before) return;
    this.#forms = formsOfAll(this.#values);
    this.#redact = redaction(this.#values);
  }

  readonly redact: Redact = (text) => this.#redact(text);

  /** How many letters at the end of a text may be the beginning of a secret whose rest is still to come. */
  heldBack(text: string): number {
    const last = text.at(-1);
    if (last === undefined) return 0;
    let most = 0;
    for (const form of this.#forms) {
      // Mostly the end of a line, which is in no secret.
      for (let at = form.lastIndexOf(last, form.length - 2); at >= most; at = form.lastIndexOf(last, at - 1)) {
        if (text.endsWith(form.slice(0, at + 1))) most = at + 1;
        if (at === 0) break;
      }
    }
    return most;
  }
}

let shared: KnownSecrets | undefined;

/** Those of this process, whichever of its runs has read them. */
export function secretsOfProcess(): KnownSecrets {
  shared ??= new KnownSecrets(process.env);
  return shared;
}
