import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { Refusal } from "../../operations/terminal/refusal";
import { type Offer, readOffer } from "./offer-file";

/** AWS's lists are public, so this needs no credentials. */
const LISTS = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws";

/** What AWS answers for a list that does not exist. */
const NO_LIST = [403, 404];

/** The prices of a service in a region; `undefined` where AWS has no list of it. */
export async function download(offer: string, region: string): Promise<Offer | undefined> {
  const url = `${LISTS}/${offer}/current/${region}/index.csv`;
  const answer = await fetch(url).catch((error: unknown) => unreachable(url, String(error)));
  if (NO_LIST.includes(answer.status)) return undefined;
  if (!answer.ok || !answer.body) unreachable(url, `it answers ${answer.status}`);
  const lines = createInterface({ input: Readable.fromWeb(answer.body), crlfDelay: Infinity });
  return await readOffer(offer, lines);
}

function unreachable(url: string, reason: string): never {
  throw new Refusal(
    `${url} cannot be read: ${reason}. Nothing was changed.`,
    "Check that this machine reaches AWS, and run the command again.",
  );
}
