/** What a notebook prints goes to its own output, also where several run at once. */
import { format, type InspectOptions, inspect } from "node:util";
import { contextOrNone } from "./notebook-context.js";

const STREAMS = { log: "stdout", info: "stdout", debug: "stdout", warn: "stderr", error: "stderr" } as const;

type Write = NodeJS.WriteStream["write"];

/** `process.stdout.write` of a notebook: in its place among the rest, and in the cell that wrote it. */
function captureStream(name: "stdout" | "stderr"): void {
  const stream = process[name];
  const write = stream.write.bind(stream) as (...given: readonly unknown[]) => boolean;
  stream.write = ((...given: Parameters<Write>): boolean => {
    const context = contextOrNone();
    if (!context) return write(...given);
    const [chunk, ...rest] = given as readonly unknown[];
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk as Uint8Array).toString("utf8");
    context.output({ kind: "text", stream: name, text });
    const done = rest.find((one): one is () => void => typeof one === "function");
    if (done) process.nextTick(done);
    return true;
  }) as Write;
}

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
  for (const name of ["stdout", "stderr"] as const) captureStream(name);
  // The only one that prints past the others.
  console.dir = (value: unknown, options?: InspectOptions) =>
    console.log(inspect(value, { customInspect: false, ...options }));
}
