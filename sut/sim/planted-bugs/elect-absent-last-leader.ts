import { electLeader } from "../rules/leader-election.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** The partition has a leader by name, and nobody who answers to it. */
export const electAbsentLastLeader: PlantedBug = {
  id: "E01",
  ticket: "KAFKA-19522",
  sentence: "When nobody is eligible the last known leader is elected whether or not it is in service.",
  claims: ["brokers-follow-the-model"],
  isVisibleToClients: false,
  rules: {
    electLeader: (question) => {
      const isNobodyEligible = question.isr.length === 0 && question.elr.length === 0;
      const isElected = (broker: typeof question.leader): boolean => isNobodyEligible && broker === question.lastKnownLeader;
      return electLeader({ ...question, isAcceptable: (broker) => isElected(broker) || question.isAcceptable(broker) });
    },
  },
};
