/** What a notebook prints goes to its own output, also where several run at once. */
import { format, type InspectOptions, inspect } from "node:util";
import { contextOrNone } from "./notebook-context.js";

const STREAMS = { log: "stdout", info: "stdout", debug: "stdout", warn: "stderr", error: "stderr" } as const;

/** Replaces the console's printing for good; what no notebook printed is printed as before. */
export function captureConsole(): void {
  for (const [name, stream] of Object.entries(STREAMS) as [keyof typeof STREAMS, "stdout" | "stderr"][]) {
    const print = console[name].bind(console);
    console[name] = (...values: unknown[]) => {
      const context = contextOrNone();
      if (context) context.output({ kind: "text", stream, text: `${format(...values)}\n` });
      else print(...values);
    };
  }
  // The only one that prints past the others.
  console.dir = (value: unknown, options?: InspectOptions) =>
    console.log(inspect(value, { customInspect: false, ...options }));
}
