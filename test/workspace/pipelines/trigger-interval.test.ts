import { expect, test } from "vitest";
import { triggerInterval } from "../../../src/workspace/pipelines/trigger-interval.js";

test.each([
  [undefined, 5_000],
  ["100 ms", 100],
  ["1 second", 1_000],
  ["30 Seconds", 30_000],
  ["10min", 600_000],
  ["2 hours", 7_200_000],
  ["1 day", 86_400_000],
])("%s is %d milliseconds", (text, milliseconds) => {
  expect(triggerInterval(text === undefined ? {} : { "pipelines.trigger.interval": text })).toBe(milliseconds);
});

test.each(["5 m", "soon", "-1 second", "1.5 hours", ""])("'%s' is no interval", (text) => {
  expect(() => triggerInterval({ "pipelines.trigger.interval": text })).toThrow("INVALID_INTERVAL_FORMAT.INVALID_UNIT");
});
