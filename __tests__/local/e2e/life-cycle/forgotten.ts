import { NAME_PROPAGATION_SECONDS, NAME_TTL_SECONDS } from "../../../../spec/limits";

/** The time after a deployment until no caller has the address of a replaced task. */
export const FORGOTTEN_MS = (NAME_PROPAGATION_SECONDS + NAME_TTL_SECONDS + 10) * 1000;
