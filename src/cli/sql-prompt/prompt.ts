/** `lakelet sql` at a terminal: reads statements up to their semicolon, runs them in one session, prints what they give. */

import { PromptSession } from "../../workspace/sql-prompt/prompt-session.js";
import { completeStatements } from "../../workspace/sql-prompt/statement-buffer.js";
import { countText } from "../progress/words.js";
import { LineInput } from "./line-input.js";
import { page } from "./pager.js";
import { PROMPT_HELP, type PromptSettings, promptCommand } from "./prompt-command.js";
import { resultText } from "./result-text.js";

/** Rows read of a result unless `\\limit` says otherwise. */
const ROWS_SHOWN = 1000;

/** Ends when the user leaves. */
export async function sqlPrompt(warehouse?: string): Promise<void> {
  const session = await PromptSession.open(warehouse);
  try {
    process.stdout.write(
      `Spark SQL on ${session.warehouse}. A semicolon ends a statement; \\? for help, Ctrl-D to leave.\n`,
    );
    await new Prompt(session).untilLeft();
  } finally {
    await session.close();
  }
}

class Prompt {
  readonly #input = new LineInput();
  #settings: PromptSettings = { layout: "auto", limit: ROWS_SHOWN, timing: true };
  /** The beginning of a statement. */
  #begun = "";

  constructor(private readonly session: PromptSession) {}

  async untilLeft(): Promise<void> {
    for (;;) {
      const typed = await this.#input.next({
        prompt: this.#begun === "" ? `${this.session.schema}> ` : `${" ".repeat(this.session.schema.length - 1)}-> `,
        history: this.session.history.entries,
        complete: async (line) => {
          // A tab that indents, as in pasted text.
          if (line.trim() === "") return [[], line];
          const { candidates, word } = await this.session.complete(`${this.#begun}${line}`, "");
          return [candidates, word];
        },
      });
      if (typed.kind === "end") return;
      if (typed.kind === "canceled") this.#begun = "";
      else if (this.#begun === "" && /^\s*(exit|quit)\s*;?\s*$/i.test(typed.text)) return;
      else if (this.#begun === "" && /^\s*(\\|help\s*;?\s*$)/i.test(typed.text)) {
        if ((await this.#command(typed.text)) === "leave") return;
      } else await this.#take(typed.text);
    }
  }

  async #take(line: string): Promise<void> {
    const { statements, rest } = completeStatements(`${this.#begun}${line}\n`);
    this.#begun = rest;
    for (const statement of statements) {
      this.session.history.add(`${statement};`);
      if (!(await this.#run(statement))) break;
    }
  }

  async #command(line: string): Promise<"stay" | "leave"> {
    const command = promptCommand(line, this.#settings);
    switch (command.kind) {
      case "leave":
        return "leave";
      case "settings":
        this.#settings = command.settings;
        process.stdout.write(`${command.said}\n`);
        return "stay";
      case "statement":
        await this.#run(command.statement);
        return "stay";
      case "help":
        process.stdout.write(PROMPT_HELP);
        return "stay";
      case "unknown":
        process.stdout.write(`${command.said}\n`);
        return "stay";
    }
  }

  /** True where the statement succeeded. Ctrl-C cancels it. */
  async #run(statement: string): Promise<boolean> {
    const cancellation = new AbortController();
    const cancel = (): void => cancellation.abort();
    process.on("SIGINT", cancel);
    try {
      const { limit, layout, timing } = this.#settings;
      const result = await this.session.run(statement, { limit, signal: cancellation.signal });
      const { lines, cut } = resultText(result, process.stdout.columns || 80, layout);
      const count = countText(result.rows.length, "row");
      const done = result.summary ?? (result.hasMore ? `the first ${count}, \\limit for more` : count);
      const notes = [
        cut ? "cells cut, \\x for whole ones" : "",
        timing ? `${(result.milliseconds / 1000).toFixed(3)} s` : "",
      ];
      const said = notes.filter(Boolean).join("; ");
      process.off("SIGINT", cancel);
      await page([...lines, said === "" ? done : `${done} (${said})`, ""]);
      return true;
    } catch (error) {
      process.stdout.write(`${this.session.errorText(statement, error)}\n\n`);
      return false;
    } finally {
      process.off("SIGINT", cancel);
    }
  }
}
