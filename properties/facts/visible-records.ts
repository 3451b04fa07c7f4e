/** What of a log a group is to be given: all of it, or with `read_committed` what belongs to no transaction, or to a committed one. */

import { readsCommitted } from "../../model/settings.ts";
import type { GroupOptions } from "../../model/schedule.ts";
import type { Seen } from "./trial-facts.ts";

/** Whether a record is there for the members of a group. */
export const isVisibleTo = (group: GroupOptions | undefined, { fate }: Seen): boolean =>
  fate === undefined || fate === "commit" || group === undefined || !readsCommitted(group.config);
