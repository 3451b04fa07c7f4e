// Starts the command line from a checkout, also with a Node that cannot run TypeScript: then it calls itself with the one that
// `npm install` has put beside it. This file alone has to be plain JavaScript that any Node can read, and so a CommonJS script.
{
  const [major, minor] = process.versions.node.split(".").map(Number);
  const runsTypeScript = major > 22 || (major === 22 && minor >= 18);
  if (runsTypeScript) {
    void import("./commands/kafka-trial.ts");
  } else {
    const { spawn } = require("node:child_process");
    const { existsSync } = require("node:fs");
    const { join } = require("node:path");
    const node = join(__dirname, "..", "node_modules", ".bin", "node");
    if (existsSync(node)) {
      const child = spawn(node, process.argv.slice(1), { stdio: "inherit" });
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
      child.on("exit", (code, signal) => {
        process.exitCode = code ?? (signal === "SIGINT" ? 130 : signal === "SIGTERM" ? 143 : 70);
      });
    } else {
      console.error(
        `kafka-trial: Node ${process.versions.node} cannot run a checkout: run npm install first, or use Node 22.18 or newer`,
      );
      process.exitCode = 69;
    }
  }
}
