// A worker that does what a task's parameter `script` says, so that the runner can be tested without a session.
import { spawn } from "node:child_process";

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const send = (message) => new Promise((resolve) => process.send(message, resolve));

process.on("disconnect", () => process.exit(0));
process.on("message", async (message) => {
  if (message.type !== "run") return;
  await send({ type: "started" });
  const { script = "succeed", ...parameters } = message.request.settings.base_parameters ?? {};
  const steps = script.split("|");
  // `fail,succeed`: the n-th attempt does the n-th.
  const step = steps[Math.min(message.request.task.attempt, steps.length - 1)];
  const [verb, argument] = step.split(":");
  const failed = (retryable) => ({ state: "FAILED", failure: { message: "failed as told", retryable } });
  let result = { state: "SUCCESS" };
  if (verb === "sleep") await sleep(Number(argument));
  else if (verb === "fail") result = failed(true);
  else if (verb === "gate") result = failed(false);
  else if (verb === "crash") process.exit(7);
  else if (verb === "busy") for (;;);
  else if (verb === "hang") await new Promise(() => setInterval(() => {}, 1000));
  else if (verb === "child") {
    // `child:own`: one in a process group of its own.
    const options = { stdio: "ignore", detached: argument === "own" };
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], options);
    await send({
      type: "event",
      event: { type: "output", output: { kind: "text", stream: "stdout", text: `${child.pid}` } },
    });
    await sleep(60_000);
  } else if (verb === "leave") {
    // Ends, and leaves a child that has no parent any more; `leave:own` in a session of its own.
    const child = spawn("sleep", ["600"], { stdio: "ignore", detached: argument === "own" });
    await send({
      type: "event",
      event: { type: "output", output: { kind: "text", stream: "stdout", text: `${child.pid}` } },
    });
    process.exit(7);
  } else if (verb === "value") {
    await send({ type: "event", event: { type: "value", key: "k", value: { n: 1 } } });
    result = { state: "SUCCESS", exitValue: "left" };
  } else if (verb === "echo") {
    result = {
      state: "SUCCESS",
      exitValue: JSON.stringify({ parameters, values: message.request.taskValues, pid: process.pid }),
    };
  } else if (verb === "stderr") {
    process.stderr.write("last words\n");
    await sleep(50);
    process.exit(3);
  }
  await send({ type: "ended", result });
});
