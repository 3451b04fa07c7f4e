import { KafkaTrialError } from "../../harness/kafka-trial-error.ts";

/** The error that `run` throws on purpose; anything else that it throws, or nothing, fails the test. */
export async function errorOf(run: () => unknown): Promise<KafkaTrialError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof KafkaTrialError) return error;
    throw error;
  }
  throw new Error("it has thrown nothing");
}

/** Code and text of that error. */
export async function refusalOf(run: () => unknown): Promise<string> {
  const { code, message } = await errorOf(run);
  return `${code}: ${message}`;
}
