/** A notification as a message of Slack's incoming webhooks. */
import { cut, type MessageContent } from "./content.js";
import type { JsonBody } from "./webhook.js";

/** Slack refuses a message whose parts are longer. */
const MAX_HEADER = 150;
const MAX_SECTION = 3_000;
const MAX_SECTIONS = 12;

const SYMBOLS = { good: ":white_check_mark:", bad: ":x:", warning: ":warning:", neutral: ":arrow_forward:" } as const;

export function slackBody({ tone, headline, reason, facts, failures, others, commands }: MessageContent): JsonBody {
  const sections = [
    reason === "" ? "" : escaped(reason),
    facts.map(([label, value]) => `*${label}:* ${escaped(value)}`).join("\n"),
    ...failures.map(({ taskKey, state, message, place }) => {
      const quoted = message === "" ? "" : `\n${codeBlock(message)}`;
      return `*${escaped(taskKey)}:* ${escaped(state)}${place === "" ? "" : ` (${escaped(place)})`}${quoted}`;
    }),
    others.map(escaped).join("\n"),
    commands.length === 0 ? "" : codeBlock(commands.join("\n")),
  ];
  const title = `${SYMBOLS[tone]} ${headline}`;
  return {
    text: cut(`${SYMBOLS[tone]} ${escaped(headline)}`, MAX_SECTION),
    blocks: [
      { type: "header", text: { type: "plain_text", text: cut(title, MAX_HEADER), emoji: true } },
      ...sections
        .filter(Boolean)
        .slice(0, MAX_SECTIONS)
        .map((text) => ({ type: "section", text: { type: "mrkdwn", text: cut(text, MAX_SECTION), verbatim: true } })),
    ],
  };
}

/** These three are all that has a meaning beyond looks: with them come mentions of whole channels, and links. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function codeBlock(text: string): string {
  return `\`\`\`${escaped(cut(text, MAX_SECTION / 2)).replaceAll("```", "'''")}\`\`\``;
}
