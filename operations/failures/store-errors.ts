import { terraformIn } from "../terraform/terraform-process";
import { AGAIN, RUN_AGAIN } from "./failed-request";
import { type KnownError, type Source, types } from "./known-error";

/** A bucket of the catalogue, not the one with the logs. */
const ofCatalogue: Source = ({ address = "" }) => address.startsWith("aws_s3_bucket.buckets_");

/** The name in `creating S3 Bucket (platform-uploads-123456789012-use1-dev)`. */
function bucketIn(words: string): string {
  return /S3 Bucket \(([^)]+)\)/.exec(words)?.[1] ?? "NAME";
}

/** Errors of queues and buckets. */
export const STORE_ERRORS: readonly KnownError[] = [
  {
    from: types("aws_s3_bucket"),
    pattern: /BucketNotEmpty/,
    advice: (_, words) => [
      `S3 deletes no bucket with objects in it, and ${bucketIn(words)} is protected: its environment was when it was last deployed. Nothing in it is lost.`,
      `→ To keep it, put it back into stores of a service. To delete it on purpose, copy what you need and empty it: aws s3 rm s3://${bucketIn(words)} --recursive, or Empty in S3's console, which takes older versions too. ${AGAIN}`,
    ],
  },
  {
    from: ofCatalogue,
    // In us-east-1 S3 says nothing of one's own bucket, and the provider itself does, in these words alone.
    pattern: /BucketAlreadyOwnedByYou|\): BucketAlreadyExists$/,
    advice: (failure, words, errors) => [
      "The bucket exists in this account, and no state knows it: a killed run left it, or a state was lost.",
      ...errors.map(
        ({ address = "" }) =>
          `→ If its tags say that it is this environment's: ${terraformIn(failure)} import '${address}' '${bucketIn(words)}'. Its objects stay. ${AGAIN}`,
      ),
    ],
  },
  {
    from: ofCatalogue,
    pattern: /BucketAlreadyExists/,
    advice: (_, words) => [
      `Another account has the bucket ${bucketIn(words)}: the names of buckets are unique in all of AWS.`,
      `→ Choose another name in stores, or another PLATFORM_NAME or PLATFORM_SUFFIX. ${AGAIN}`,
    ],
  },
  {
    from: types("aws_sqs_queue"),
    pattern: /QueueDeletedRecently/,
    advice: () => [
      "A queue of this name was deleted less than a minute ago, and SQS makes no new one until then.",
      `→ Wait for 60 seconds. ${AGAIN}`,
    ],
  },
  {
    from: types("aws_sqs_queue"),
    pattern: /QueueNameExists|QueueAlreadyExists/,
    advice: () => [
      "SQS already has a queue of this name with other settings, and no state knows it: a killed run left it.",
      `→ aws sqs get-queue-url --queue-name NAME shows it; if its tags say that it is this environment's and no message in it is needed, aws sqs delete-queue --queue-url URL removes it. ${RUN_AGAIN}`,
    ],
  },
];
