import { isTimestamp } from "./timestamp.js";

interface Validator {
  addFormat(name: string, format: RegExp | ((text: string) => boolean)): unknown;
}

/** Replaces formats that ajv-formats takes more loosely: `urn:uuid:…`, and times without a colon. */
export function addFormats(validator: Validator): void {
  validator.addFormat("uuid", /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
  validator.addFormat("date-time", isTimestamp);
}
