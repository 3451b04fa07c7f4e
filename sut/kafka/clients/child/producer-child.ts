/** The process of a producer. Tells the harness what it sees, and ends when the harness does. */

import { loadKafkajs } from "./load-kafkajs.ts";
import { ScheduledProducer } from "./producer.ts";
import { reportToParent } from "./report.ts";
import { serve } from "./serve.ts";

const report = reportToParent();
let producer: ScheduledProducer | undefined;

serve(report, async (message) => {
  if (message.kind === "start-producer") {
    producer = new ScheduledProducer(message, await loadKafkajs(), report);
    // Not waited for: records are taken, and their deadlines run, while no broker answers yet.
    producer.start().catch((error: unknown) => report.failed(error));
  } else if (message.kind === "send") producer!.send(message);
  else if (message.kind === "stop") process.exit(0);
});
