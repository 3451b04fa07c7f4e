import type { AssignmentStrategy } from "../settings.ts";
import type { Assignor } from "./assignor.ts";
import { assignCooperativeSticky } from "./cooperative-sticky.ts";
import { assignRange } from "./range.ts";
import { assignRoundRobin } from "./round-robin.ts";
import { assignSticky } from "./sticky.ts";

/** The assignors that `partition.assignment.strategy` names. */
export const assignors: Readonly<Record<AssignmentStrategy, Assignor>> = {
  range: assignRange,
  roundrobin: assignRoundRobin,
  sticky: assignSticky,
  "cooperative-sticky": assignCooperativeSticky,
};
