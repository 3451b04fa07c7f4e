/** All scenarios. The only file that imports them one by one. */

import { controllerDiesWhileFencing } from "./controller-dies-while-fencing.ts";
import { downToOne } from "./down-to-one.ts";
import { formerProcess } from "./former-process.ts";
import { idleElections } from "./idle-elections.ts";
import { laggingFollower } from "./lagging-follower.ts";
import { lateAnswer } from "./late-answer.ts";
import { leadershipBack } from "./leadership-back.ts";
import { longerLogReturns } from "./longer-log-returns.ts";
import { memberDiesWithBroker } from "./member-dies-with-broker.ts";
import { membersInTurns } from "./members-in-turns.ts";
import { missedTerms } from "./missed-terms.ts";
import { powerInTurns } from "./power-in-turns.ts";
import { rollingRestart } from "./rolling-restart.ts";
import { silentMember } from "./silent-member.ts";
import { unreplicatedTail } from "./unreplicated-tail.ts";
import { zombieLeader } from "./zombie-leader.ts";
import type { Scenario } from "./scenario.ts";

export const scenarios: readonly Scenario[] = [
  unreplicatedTail,
  zombieLeader,
  idleElections,
  downToOne,
  powerInTurns,
  longerLogReturns,
  rollingRestart,
  controllerDiesWhileFencing,
  laggingFollower,
  leadershipBack,
  missedTerms,
  memberDiesWithBroker,
  silentMember,
  membersInTurns,
  lateAnswer,
  formerProcess,
];
