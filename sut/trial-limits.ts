/** Limits of a trial that mean the same on every system. How long things take there is each system's own affair. */

/** How long a step waits for its anchor, once what it depends on has been played. */
export const anchorLimitMs = 5000;
/** How long faults may go on after the last step, before everything is healed. */
export const afterLastStepMs = 300;
/** How many looks in a row must find the cluster at rest: between two of them something can be on its way. */
export const settledLooks = 3;
