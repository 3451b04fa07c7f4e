/**
 * One line of text that came from outside, made safe for a terminal: control characters, which could move the cursor or rewrite
 * what has been said, are shown and not sent. Everything that is printed of a schedule, a history or a file goes through here.
 */
export function plainText(text: string): string {
  return text.replaceAll(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Control characters, line breaks of every kind, and whatever changes the direction of text. */
// oxlint-disable-next-line no-control-regex -- these are what it is about
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
