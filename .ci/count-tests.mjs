// Prints how many tests passed and failed, as two numbers.
//
//   count-tests.mjs <vitest's JSON report> <exit status of the test command>

import { readFileSync } from "node:fs";

const [report, status] = process.argv.slice(2);

function read() {
  try {
    return JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0 };
  }
}

const { numFailedTests, numPassedTests } = read();
// A test file that cannot be loaded, or an error outside of any test, fails the command and no test.
const failed = status !== "0" && numFailedTests === 0 ? 1 : numFailedTests;
console.log(`${numPassedTests} ${failed}`);
