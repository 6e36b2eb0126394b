import { rule } from "../schema";

/**
 * Who is asked about a service: it becomes a tag's value, and part of the descriptions of alarms.
 *
 * @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 */
export const owner = rule<string>(
  'who is asked, such as "payments team": 1 to 256 letters, digits, spaces and + - = . _ : / @, as AWS allows in a tag',
  (value) =>
    typeof value === "string" &&
    value.trim() === value &&
    /^[\p{L}\p{N} +\-=._:/@]{1,256}$/u.test(value),
);
