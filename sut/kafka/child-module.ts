/**
 * The file of a module beside `importer` that is to run in a process of its own. It ends as the importer does: `.ts` in a
 * checkout, which Node runs as it is, and `.js` when built.
 */
export function childModule(name: string, importer: string): URL {
  return new URL(`${name}${importer.endsWith(".ts") ? ".ts" : ".js"}`, importer);
}
