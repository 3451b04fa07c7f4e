import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import type { ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  // Examples name the package as its users do; here they mean the sources.
  resolve: { alias: { "kafka-trial": fileURLToPath(new URL("index.ts", import.meta.url)) } },
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "dist/**", ".kafka-trial/**"],
    // Real brokers need the machine's cores for themselves when they are asked for their timing: see test/kafka.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

export default config;
