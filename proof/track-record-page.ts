/** `docs/TRACK-RECORD.md`, as it follows from the record. */

import { markdownTable } from "./markdown-table.ts";
import type { PlantedBug } from "../sut/sim/planted-bugs/planted-bug.ts";
import { count, tellSeers, tellSteps, tellTrials } from "./tell-pass.ts";
import { command } from "./track-record.ts";
import type { Pass, Row, TrackRecord } from "./track-record.ts";

type Named = Pick<PlantedBug, "id" | "isVisibleToClients" | "sentence" | "ticket">;

/** The page. `bugs` is the catalogue: each of its bugs has a line in the tables, also where there is no row for it. */
export function pageOf({ clean, rows }: TrackRecord, bugs: readonly Named[]): string {
  const rowOf = (bug: Named): Row | undefined => rows.find((row) => row.bug === bug.id);
  const passes = rows.flatMap(({ clients, full }) => [full, clients]).filter((pass) => pass !== undefined);
  const seeds = distinct(passes.flatMap(({ detections }) => detections.map(({ seed }) => seed))).toSorted();
  const versions = distinct(passes.map(({ version }) => version));
  const runs = distinct(passes.map((pass) => count(pass.runs)));
  const made =
    passes.length === 0
      ? "Nothing has been played yet."
      : `Made with kafka-trial ${versions.join(", ")};\nseeds ${seeds.join(", ")};\nat most ${runs.join(" or ")} trials a seed.`;
  const cleanly =
    clean === undefined ? "" : ` Without a bug, ${count(clean.trials)} trials of\nseed ${clean.seed} are clean when judged so.`;
  const lines = bugs.map((bug) => [`${bug.id}, ${bug.ticket}`, bug.sentence, ...cellsOf(rowOf(bug)?.full)]);
  const clientLines = bugs.filter((bug) => bug.isVisibleToClients).map((bug) => [bug.id, ...cellsOf(rowOf(bug)?.clients)]);
  return `# Track record

What it takes to find each planted bug: mistakes that Kafka or a client has had, each switched on alone in the in-memory cluster. This page is what the following command has found, made from [track-record.json](track-record.json):

\`\`\`sh
${command}
\`\`\`

It plays one campaign of generated trials for each bug and seed, until something is violated. ${made}

_Trials_ is the median of the seeds, with how many of them have found the bug; a bug counts as caught if more than half of them
have. _Seen by_ is the property that was violated first, with the invariant or the action of the reference model that told.
_Steps_ is what shrinking has left of the first schedule that found it, and how many there were. Each trial that counts here was
played again without its bug, and nothing was violated.

${markdownTable(["bug", "what goes wrong", "trials", "seen by", "steps"], lines)}

## With clients' evidence alone

What brokers tell of themselves exists in memory only. Here it is left out of the histories before they are judged, and shrunk, so
that whatever finds a bug needs no more than there is on real brokers.${cleanly} Bugs of which
clients see at most that something does not go on are not looked for.

${markdownTable(["bug", "trials", "seen by", "steps"], clientLines)}
`;
}

const cellsOf = (pass: Pass | undefined): readonly string[] =>
  pass === undefined ? ["not played yet", "", ""] : [tellTrials(pass), tellSeers(pass), tellSteps(pass)];

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
