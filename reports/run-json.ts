/** The result of a campaign as one JSON object, for programs. */

export const runFormat = "kafka-trial.run/1";

export interface RunJson {
  readonly format: typeof runFormat;
  readonly seed: string;
  readonly trials: number;
  readonly seconds: number;
  readonly trialsPerSecond: number;
  readonly skippedSteps: number;
  /** How often each kind of fault was done. */
  readonly faults: Readonly<Record<string, number>>;
  readonly verdicts: Readonly<
    Record<
      string,
      { readonly holds: number; readonly violated: number; readonly unknown: number; readonly notPromised: number }
    >
  >;
  /** In how many trials each situation was seen. */
  readonly sighted: Readonly<Record<string, number>>;
  /** How often each action of the reference model was taken, and each refusal given; 0 for those that never were. */
  readonly exercised: Readonly<Record<string, number>>;
  /** Situations that were required and not seen. */
  readonly uncovered: readonly string[];
  readonly findings: readonly {
    readonly property: string;
    readonly class: string;
    readonly seed: string;
    readonly steps: number;
    readonly stepsBeforeShrinking: number;
    readonly file: string;
  }[];
}
