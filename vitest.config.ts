import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import type { ViteUserConfig } from "vitest/config";

const isElsewhere = ["**/node_modules/**", "dist/**", ".kafka-trial/**"];

/** Real brokers need the machine's cores for themselves: their tests run one after the other, and none beside them. */
const config: ViteUserConfig = defineConfig({
  // Examples name the package as its users do; here they mean the sources.
  resolve: { alias: { "kafka-trial": fileURLToPath(new URL("index.ts", import.meta.url)) } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: "in memory",
          include: ["**/*.test.ts"],
          exclude: [...isElsewhere, "test/kafka/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "real Kafka",
          include: ["test/kafka/**/*.test.ts"],
          exclude: isElsewhere,
          fileParallelism: false,
        },
      },
    ],
  },
});

export default config;
