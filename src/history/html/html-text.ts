/** Text for HTML: nothing that data says can become markup. */
import { stripVTControlCharacters } from "node:util";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For text and for attributes in quotes. Characters that HTML does not have become U+FFFD. */
export function escapeHtml(text: string): string {
  return (
    text
      .replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? "")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "\ufffd")
  );
}

/** What a program printed: the colours of a terminal mean nothing here. */
export function printedHtml(text: string): string {
  return escapeHtml(stripVTControlCharacters(text));
}
