import type { History } from "../../model/history.ts";
import type { Schedule } from "../../model/schedule.ts";
import { properties } from "../../properties/catalogue.ts";
import { judge } from "../../properties/judge.ts";

/** What properties say against a trial, in words; empty where nothing was violated. */
export const objections = ({ options }: Schedule, history: History): readonly string[] =>
  judge(options, history, properties).judged.flatMap(({ property, verdict }) =>
    verdict.kind === "violated" ? verdict.breaches.map(({ message }) => `${property.id}: ${message}`) : [],
  );
