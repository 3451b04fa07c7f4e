/** A table in Markdown, with columns that are as wide as what is in them. */
export function markdownTable(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((_, at) => Math.max(...[head, ...body].map((line) => line[at]!.length)));
  const lineOf = (cells: readonly string[]): string => `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(" | ")} |`;
  return [lineOf(head), lineOf(widths.map((width) => "-".repeat(width))), ...body.map((line) => lineOf(line))].join("\n");
}
