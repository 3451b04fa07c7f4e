import { expect, test } from "vitest";
import { rootOf } from "../../harness/seed.ts";
import { generateSchedule } from "../../harness/generate/generate-schedule.ts";
import { brokerId } from "../../model/ids.ts";
import { playInMemory } from "../../sut/sim/play.ts";
import { TrialFacts } from "../facts/trial-facts.ts";
import { broker, changed, historyOf, partitionOf, send, told, verdictOn } from "../hand-made-history.ts";
import { verdictOf } from "../verdict.ts";
import { brokersFollowTheModel } from "./brokers-follow-the-model.ts";

test("it holds for the in-memory cluster, and counts the actions that were compared", () => {
  const schedule = generateSchedule(rootOf("x:1"));
  const verdict = verdictOf(brokersFollowTheModel.check(new TrialFacts(schedule.options, playInMemory(schedule).history)));
  expect(verdict).toMatchObject({ kind: "holds" });
  expect(verdict.kind === "holds" && verdict.judged).toBeGreaterThan(100);
});

const registered = [1, 2, 3].map((id) =>
  broker({
    kind: "broker-registered",
    broker: brokerId(id),
    brokerEpoch: id,
    fenced: false,
    isUnclean: false,
    controllerEpoch: 1,
  }),
);
const created = changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2] });

test("a leader from outside the ISR is refused by the model, with the error and the partition", () => {
  const history = historyOf(registered, created, changed("orders-0", { leader: 3, epoch: 1, isr: [3] }));
  const verdict = verdictOn(brokersFollowTheModel, history);
  expect(verdict).toMatchObject({ breaches: [{ partition: "orders-0", witness: [4] }] });
  expect(told(verdict)).toMatchInlineSnapshot(`
    {
      "violated": [
        [
          "The controller did elect-unclean of orders-0, which the model refuses with INELIGIBLE_REPLICA: broker 3 is not in the ISR, and unclean elections are not enabled.",
          [
            4,
          ],
        ],
      ],
    }
  `);
});

test("a broker that does more than the controllers know of is refused as well", () => {
  const partition = partitionOf("orders-0");
  const history = historyOf(
    registered,
    created,
    broker({ kind: "truncated", broker: brokerId(2), partition, toOffset: 0 as never }),
  );
  expect(told(verdictOn(brokersFollowTheModel, history))).toMatchInlineSnapshot(`
    {
      "violated": [
        [
          "Broker 2 did truncate-to-divergence of orders-0, which the model refuses with NOT_LEADER_OR_FOLLOWER: only a follower cuts its log.",
          [
            4,
          ],
        ],
      ],
    }
  `);
});

test("a step about the whole cluster or about a group is told as such", () => {
  const unknown = historyOf(broker({ kind: "broker-fenced", broker: brokerId(9), controllerEpoch: 1 }));
  expect(told(verdictOn(brokersFollowTheModel, unknown))).toMatchInlineSnapshot(`
    {
      "violated": [
        [
          "Broker 9 did fence-broker of the cluster, which the model refuses with BROKER_ID_NOT_REGISTERED: broker 9 has not registered.",
          [
            0,
          ],
        ],
      ],
    }
  `);
});

test("an invariant that breaks is told with its sentence", () => {
  const strange = historyOf(registered, changed("orders-0", { leader: 1, epoch: 0, isr: [1, 9] }));
  expect(told(verdictOn(brokersFollowTheModel, strange))).toMatchInlineSnapshot(`
    {
      "violated": [
        [
          "I7 is broken, the leader is in the ISR and in service, and the ISR is among the replicas and in service but for its last member. orders-0: broker 9 is in the ISR and has no replica.",
          [
            3,
          ],
        ],
      ],
    }
  `);
});

test("with what clients saw alone there is nothing to judge", () => {
  expect(verdictOn(brokersFollowTheModel, historyOf(send("s1"))).kind).toBe("unknown");
});
