import { errorCode } from "../../../model/error-code.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** A marker of the past cuts the transaction of the present in two. */
export const takeLateMarker: PlantedBug = {
  id: "T08",
  ticket: "KAFKA-19446",
  sentence: "A leader writes a marker whose epoch is that of the transaction that is open, or that a former coordinator sent.",
  claims: ["transactions-are-atomic", "brokers-follow-the-model"],
  isVisibleToClients: true,
  rules: {
    checkMarker: ({ knownProducerEpoch, producerEpoch }) =>
      producerEpoch < knownProducerEpoch ? errorCode.INVALID_PRODUCER_EPOCH : errorCode.NONE,
  },
};
