/** Text that may hold data, for a terminal: it moves no cursor, sets no title and turns no letters around. */

/** Colours, line ends and tabs are ours; what else a terminal would act on is not. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const COLOUR_OR_CONTROL = /\u001b\[[\d;]*m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** @example terminalText("a\u0007b") // "a\\u0007b" */
export function terminalText(text: string): string {
  return text.replace(COLOUR_OR_CONTROL, (found) =>
    found.length > 1 ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
