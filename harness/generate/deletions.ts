import { deleteRecords } from "../../fault-injection/faults/delete-records.ts";
import type { Draw } from "../../model/random.ts";
import type { Step } from "../../model/schedule.ts";
import { drawAim } from "./scenarios/aim.ts";
import type { Scene } from "./scenarios/scenario.ts";

/** One trial in so many has records deleted, whatever else goes wrong in it. */
const deletionsChance = 0.06;

/**
 * Records that an administrator has deleted, in a few trials: whoever deletes records cannot be surprised that they are missing,
 * so in all trials it would hide losses.
 */
export function drawDeletions(draw: Draw, scene: Scene): readonly Step[] {
  if (!draw.chance(deletionsChance)) return [];
  return Array.from({ length: draw.integer(1, 3) }, (_, at): Step => {
    const own = draw.fork(`deletion ${at + 1}`);
    const { afterAck } = drawAim(own.fork("aim"), scene, 1);
    return { id: `d${at + 1}`, after: afterAck, do: deleteRecords.generate(own.fork("parameters"), scene.options) };
  });
}
