/**
 * What there is to be looked at in a world, whichever broker or term it is about: a bit for each. What a change has not touched
 * does not have to be looked at again.
 */

import { copyField } from "./broker-parts.ts";
import type { Age, Patch } from "./deltas.ts";
import { headField } from "./head-parts.ts";
import { fieldsBits, fieldsMax } from "./part-table.ts";
import { termField } from "./term-parts.ts";
import type { Places } from "./watched-world.ts";

export const allAspects = -1;

const ofCopy = (field: number): number => 1 << Math.min(field, copyField.fetched);
const standing = 1 << 12;
const ofTerm = (field: number): number => 1 << (13 + field);
const ofHead = (field: number): number => 1 << (21 + field);
/** Proposals, and what is used up. */
const beside = 1 << 31;

/** What a look is at. */
export function aspectOf(look: number, places: Places): number {
  const place = look >>> fieldsBits;
  const field = look & (fieldsMax - 1);
  if (place < places.standings) return ofCopy(field);
  if (place < places.terms) return standing;
  if (place < places.proposals) return ofTerm(field);
  return place === places.head ? ofHead(field) : beside;
}

/** What time that goes by can touch. */
export function aspectsOfAge({ isPartitionAged, process }: Age): number {
  const epochs = isPartitionAged ? ofCopy(copyField.partitionEpoch) | ofTerm(termField.partitionEpoch) : 0;
  const processes = process > 0 ? ofCopy(copyField.fetched) | ofHead(headField.late) : 0;
  return epochs | processes | (isPartitionAged || process > 0 ? beside : 0);
}

/** What a patch can touch. */
export function aspectsOfPatch(patch: Patch): number {
  const all = (fields: object, aspect: (field: string) => number): number =>
    Object.keys(fields).reduce((sum, field) => sum | aspect(field), 0);
  switch (patch.of) {
    case "copy": {
      const { role = {}, ...rest } = patch.set;
      const ofRole = (field: string): number =>
        ofCopy(copyField[(field === "from" ? "epoch" : field) as keyof typeof copyField]);
      return all(rest, ofRole) | all(role, ofRole);
    }
    case "term":
      return all(patch.set, (field) => ofTerm(termField[field as keyof typeof termField]));
    case "head":
      return all({ ...patch.set, ...patch.beside }, (field) => ofHead(headField[field as keyof typeof headField]));
    case "proposals":
      return patch.set === undefined ? 0 : beside;
  }
}

/** What another standing of a broker, and other numbers of what is used up, touch. */
export const aspectsBelow: { readonly standing: number; readonly used: number } = { standing, used: beside };
