import type { ErrorName } from "../../model/error-code.ts";
import { brokerId } from "../../model/ids.ts";
import { broker, partitionOf } from "../hand-made-history.ts";
import type { Told } from "../hand-made-history.ts";
import { controllerElected, isrRefused, testSightings } from "./hand-made-brokers.ts";
import { refusalSightings } from "./refusals.ts";

const registration = (controllerEpoch: number): Told =>
  broker({ kind: "registration-refused", broker: brokerId(2), controllerEpoch, error: "DUPLICATE_BROKER_REGISTRATION" });
const heartbeat = (error: ErrorName): Told =>
  broker({ kind: "heartbeat-refused", broker: brokerId(2), brokerEpoch: 1, controllerEpoch: 1, error });
const election = (error: ErrorName): Told =>
  broker({ kind: "election-refused", partition: partitionOf("orders-0"), election: "preferred", controllerEpoch: 1, error });
const reassignment = (error: ErrorName): Told =>
  broker({ kind: "reassignment-refused", partition: partitionOf("orders-0"), target: null, controllerEpoch: 1, error });

testSightings(refusalSightings, {
  "refused-by-former-controller": {
    seen: [
      [controllerElected(2, 2), registration(1)],
      [controllerElected(1, 1), controllerElected(2, 2), isrRefused()],
    ],
    notSeen: [
      [controllerElected(2, 2), registration(2)],
      [registration(1), controllerElected(2, 2)],
    ],
  },
  "former-process-refused": {
    seen: [[heartbeat("STALE_BROKER_EPOCH")], [isrRefused("STALE_BROKER_EPOCH")]],
    notSeen: [[heartbeat("BROKER_ID_NOT_REGISTERED")], [isrRefused()], [registration(1)]],
  },
  "election-in-vain": {
    seen: [[election("ELECTION_NOT_NEEDED")], [election("ELIGIBLE_LEADERS_NOT_AVAILABLE")]],
    notSeen: [[election("PREFERRED_LEADER_NOT_AVAILABLE")]],
  },
  "reassignment-past-cancelling": {
    seen: [[reassignment("INVALID_REPLICA_ASSIGNMENT")]],
    notSeen: [[reassignment("NO_REASSIGNMENT_IN_PROGRESS")]],
  },
});
