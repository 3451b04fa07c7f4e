import { expect, test } from "vitest";
import { plainText } from "./plain-text.ts";

test.each([
  ["an escape sequence", "\u001b[2Jgone", String.raw`\u001b[2Jgone`],
  ["a link that a terminal would make", "\u001b]8;;http://x\u0007text", String.raw`\u001b]8;;http://x\u0007text`],
  ["an escape sequence of one byte", "\u009b31mred", String.raw`\u009b31mred`],
  ["a line break", "one\ntwo\r\nthree", String.raw`one\u000atwo\u000d\u000athree`],
  ["a line break of another kind", "one\u0085two\u2028three\u2029four", String.raw`one\u0085two\u2028three\u2029four`],
  ["a tab, a bell and a backspace", "a\tb\u0007c\u0008", String.raw`a\u0009b\u0007c\u0008`],
  ["an end of text and a delete", "a\u0000b\u007f", String.raw`a\u0000b\u007f`],
  ["text that would be turned around", "safe\u202egnp.exe", String.raw`safe\u202egnp.exe`],
  ["isolates and marks of direction", "\u2066a\u2069\u200fb\u061c", String.raw`\u2066a\u2069\u200fb\u061c`],
])("%s is shown and not sent", (_, text, shown) => {
  expect(plainText(text)).toBe(shown);
});

test("text that does nothing stays as it is, in whatever script", () => {
  const text = 'Öl für "billing" → 東京 · عربي 🎉 [31m \\u001b';
  expect(plainText(text)).toBe(text);
});
