import * as z from "zod/mini";
import { entry, rule } from "../schema";
import { isPreview } from "./preview-suffix";

/** Who hears of an environment's alarms. Each is in the tree and in the state, so none may be a secret. */
export interface AlarmRecipients {
  /** Addresses that get each message once their reader has confirmed the first one. @default none */
  readonly emails?: readonly string[];
  /**
   * `https://` addresses that AWS posts each message to, once they have confirmed it as SNS asks.
   * @default none
   *
   * @see https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html
   */
  readonly webhooks?: readonly string[];
}

/** A brace could begin an expression of Terraform. */
const EMAIL = /^[^\s@{}]+@[^\s@{}]+\.[^\s@{}]+$/;

const recipients = entry<AlarmRecipients>()('false, or recipients such as { emails: ["…"] }', {
  emails: z.exactOptional(
    listOf("a list of e-mail addresses, each once", (text) => EMAIL.test(text)),
  ),
  webhooks: z.exactOptional(
    listOf("a list of https:// addresses without a user or password, each once", isWebhook),
  ),
});

/** The schema of an environment's `alarms`. */
export const alarms = z.pipe(
  z.transform((value: unknown) => (value === false ? {} : value)),
  recipients,
  // Only its problems are read.
) as unknown as z.ZodMiniType<AlarmRecipients | false>;

function listOf(allowed: string, test: (text: string) => boolean) {
  return rule<readonly string[]>(
    allowed,
    (value) =>
      Array.isArray(value) &&
      new Set(value).size === value.length &&
      value.every((each) => typeof each === "string" && test(each)),
  );
}

function isWebhook(text: string): boolean {
  if (!text.startsWith("https://") || /[\s{}]/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === "" && password === "";
}

/**
 * Who hears of an environment's alarms; `undefined` where there are none. A preview has none: nobody is
 * called because of one, and each alarm costs 0.10 $ a month.
 */
export function alarmsOf(
  suffix: string,
  {
    alarms: chosen = isPreview(suffix) ? false : {},
  }: { readonly alarms?: AlarmRecipients | false },
): Required<AlarmRecipients> | undefined {
  return chosen === false ? undefined : { emails: [], webhooks: [], ...chosen };
}
