import { isCardNumber } from "./card-number.js";
import { isTimestamp } from "./timestamp.js";

interface Validator {
  addFormat(name: string, format: RegExp | ((text: string) => boolean)): unknown;
}

/**
 * Replaces formats that ajv-formats takes more loosely: `urn:uuid:…`, and times without a colon; and
 * adds one of this service.
 */
export function addFormats(validator: Validator): void {
  validator.addFormat("uuid", /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
  validator.addFormat("date-time", isTimestamp);
  validator.addFormat("card-fingerprint", (text) => !isCardNumber(text));
}
