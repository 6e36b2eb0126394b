import type { Stack } from "./stack";

/** What one environment deploys. */
export interface Deployed {
  readonly stacks: readonly Stack[];
  /** Whether the environment is served at a domain, and therefore over HTTPS. */
  readonly hasDomain: boolean;
  /** The containers whose `files` say that they write everywhere; with `exec`, all that people may enter. */
  readonly writers: readonly Writer[];
  /** Whether the environment has its images scanned before they are pushed. */
  readonly scans: boolean;
  /** Whether the environment has its images signed after they are pushed. */
  readonly signs: boolean;
}

/** A container that may change its image's files: a service, or a sidecar in its task. */
export interface Writer {
  /** The service. */
  readonly task: string;
  readonly name: string;
}

/** A block of a stack that breaks a promise. */
export interface Breach {
  readonly stack: string;
  readonly address: string;
  /** What the block says, in a few words. */
  readonly found: string;
}

/** A promise of the architecture, which every synthesized stack keeps. */
export interface Rule {
  /** One sentence, which a failure is titled with. */
  readonly promise: string;
  /** What to change, and where. */
  readonly fix: string;
  readonly breaches: (deployed: Deployed) => readonly Breach[] | Promise<readonly Breach[]>;
}

/** A breach at the place of a resource. */
export function breach(
  { stack, address }: { readonly stack: string; readonly address: string },
  found: string,
): Breach {
  return { stack, address, found };
}
