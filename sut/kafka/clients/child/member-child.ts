/** The process of a group member. Tells the harness what it sees, and ends when the harness does. */

import { loadKafkajs } from "./load-kafkajs.ts";
import { ScheduledMember } from "./member.ts";
import { reportToParent } from "./report.ts";
import { serve } from "./serve.ts";

const report = reportToParent();
let member: ScheduledMember | undefined;

serve(report, async (message) => {
  if (message.kind === "start-member") {
    member = new ScheduledMember(message, await loadKafkajs(), report);
    // Not waited for: it goes on for as long as the member lives.
    member.start().catch((error: unknown) => report.failed(error));
  } else if (message.kind === "set-handler") member?.setHandlerMs(message.handlerMs);
  else if (message.kind === "stop") {
    await member?.stop();
    await report.flushed();
    process.exit(0);
  }
});
