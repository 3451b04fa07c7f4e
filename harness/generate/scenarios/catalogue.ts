/** All scenarios. The only file that imports them one by one. */

import { askedTwice } from "./asked-twice.ts";
import { cancelledTooLate } from "./cancelled-too-late.ts";
import { cleanedTail } from "./cleaned-tail.ts";
import { controllerDiesWhileFencing } from "./controller-dies-while-fencing.ts";
import { deposedController } from "./deposed-controller.ts";
import { downToOne } from "./down-to-one.ts";
import { electedOutOfSync } from "./elected-out-of-sync.ts";
import { emptiedFollower } from "./emptied-follower.ts";
import { formerProcess } from "./former-process.ts";
import { idleElections } from "./idle-elections.ts";
import { laggingFollower } from "./lagging-follower.ts";
import { lateAnswer } from "./late-answer.ts";
import { lateBatch } from "./late-batch.ts";
import { lateMarker } from "./late-marker.ts";
import { lateExpansion } from "./late-expansion.ts";
import { lateFetch } from "./late-fetch.ts";
import { lateHeartbeat } from "./late-heartbeat.ts";
import { lateIsrChange } from "./late-isr-change.ts";
import { lateProposal } from "./late-proposal.ts";
import { lateRefusal } from "./late-refusal.ts";
import { lateRegistration } from "./late-registration.ts";
import { leadershipBack } from "./leadership-back.ts";
import { longerLogReturns } from "./longer-log-returns.ts";
import { memberDiesWithBroker } from "./member-dies-with-broker.ts";
import { membersInTurns } from "./members-in-turns.ts";
import { missedTerms } from "./missed-terms.ts";
import { movedReplicas } from "./moved-replicas.ts";
import { nobodyToElect } from "./nobody-to-elect.ts";
import { offsetsInDoubt } from "./offsets-in-doubt.ts";
import { processingZombie } from "./processing-zombie.ts";
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
  electedOutOfSync,
  powerInTurns,
  longerLogReturns,
  rollingRestart,
  controllerDiesWhileFencing,
  deposedController,
  laggingFollower,
  leadershipBack,
  missedTerms,
  movedReplicas,
  memberDiesWithBroker,
  silentMember,
  membersInTurns,
  lateAnswer,
  formerProcess,
  lateExpansion,
  lateIsrChange,
  lateRegistration,
  lateFetch,
  emptiedFollower,
  cleanedTail,
  lateBatch,
  lateMarker,
  offsetsInDoubt,
  processingZombie,
  lateRefusal,
  lateHeartbeat,
  lateProposal,
  askedTwice,
  nobodyToElect,
  cancelledTooLate,
];
