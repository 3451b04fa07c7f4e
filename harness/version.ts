import { readFileSync } from "node:fs";

/** This package's version. The manifest is one folder up in a checkout, and two when built. */
export const kafkaTrialVersion: string = (() => {
  const manifest = new URL(import.meta.url.endsWith(".ts") ? "../package.json" : "../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string }).version;
})();
