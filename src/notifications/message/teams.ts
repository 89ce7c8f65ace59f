/** A notification as a card for a Teams webhook, of a workflow or of a connector. */
import { cut, type MessageContent } from "./content.js";
import type { JsonBody } from "./webhook.js";

const COLOURS = { good: "good", bad: "attention", warning: "warning", neutral: "accent" } as const;
/** Teams refuses messages beyond 28 KB. */
const MAX_TEXT = 1_500;
const MAX_FAILURES = 5;

export function teamsBody(content: MessageContent): JsonBody {
  const { tone, headline, reason, facts, failures, others, commands } = content;
  const body = [
    text(headline, { size: "large", weight: "bolder", color: COLOURS[tone] }),
    ...(reason === "" ? [] : [text(reason)]),
    ...facts.map(([label, value]) => labelled(label, value)),
    ...failures
      .slice(0, MAX_FAILURES)
      .flatMap(({ taskKey, state, message, place }) => [
        labelled(taskKey, [state, place].filter(Boolean).join(", ")),
        ...(message === "" ? [] : [text(message, { color: "attention" })]),
      ]),
    ...(others.length === 0 ? [] : [text(others.join("\n"))]),
    ...commands.map((one) => text(one, { fontType: "monospace" })),
  ];
  const card = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body,
  };
  return {
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content: card }],
  };
}

/** A rich text block shows what it is given; a plain one would read Markdown and links in it. */
function text(value: string, style: JsonBody = {}): JsonBody {
  return { type: "RichTextBlock", inlines: [{ type: "TextRun", text: cut(value, MAX_TEXT), ...style }] };
}

function labelled(label: string, value: string): JsonBody {
  return {
    type: "RichTextBlock",
    inlines: [
      { type: "TextRun", text: `${label}: `, weight: "bolder" },
      { type: "TextRun", text: cut(value, MAX_TEXT) },
    ],
  };
}
