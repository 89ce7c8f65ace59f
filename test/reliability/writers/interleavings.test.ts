import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomNumbers, sample } from "../suite.js";
import { MEETINGS, Meetings } from "./interleavings.js";

let meetings: Meetings;
beforeAll(async () => {
  meetings = await Meetings.open();
});
afterAll(() => meetings.close());

describe("two operations that meet", () => {
  const chosen = sample(MEETINGS, 24, randomNumbers(Date.now()));

  it.each(chosen)("$setting.name: $winner against $late at $phase", async (meeting) => {
    expect(await meetings.anomaly(meeting)).toBeUndefined();
  });
});
