import type { BrokerId } from "../../../model/ids.ts";
import type { BrokerSettings } from "../../../model/settings.ts";
import type { MetadataImage } from "../controller/metadata-image.ts";
import type { Host } from "../host.ts";
import type { LogDir } from "../log-dir.ts";
import type { Network } from "../network.ts";
import type { Recorder } from "../recorder.ts";
import type { Rules } from "../rules/rules.ts";

/** What every part of one broker process works with. */
export interface BrokerContext {
  readonly id: BrokerId;
  readonly host: Host;
  readonly network: Network;
  readonly rules: Rules;
  readonly settings: BrokerSettings;
  readonly record: Recorder;
  readonly logDir: LogDir;
  /** The cluster's metadata as far as this broker has read it. */
  readonly image: MetadataImage;
  /** The host of every broker of the cluster. */
  readonly hosts: ReadonlyMap<BrokerId, Host>;
}
