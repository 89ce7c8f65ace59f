/** The message that tries out a destination. */
import type { MessageContent } from "./content.js";
import { timeText } from "./words.js";

export function testContent(at: number): MessageContent {
  return {
    notification: {
      id: `test-${at}`,
      event: "on_start",
      at,
      resultState: undefined,
      skipped: false,
      message: "",
      task: undefined,
    },
    job: { id: "0", name: "lakelet notifications test", runId: "0" },
    tone: "neutral",
    headline: "lakelet can reach you",
    reason: "Somebody tried out this destination. No job has run.",
    facts: [["Time", timeText(at)]],
    failures: [],
    others: [],
    commands: [],
  };
}
