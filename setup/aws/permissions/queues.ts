import { deadLettersName, queueName } from "../../../spec/service/queues";
import { type Environment, arn } from "./environment";
import { type Arn, type PermissionTable, allow, of } from "./grant";

/**
 * The queues of the catalogue, and their dead letters.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
 */
export function queues(environment: Environment): PermissionTable {
  const own = queueArns(environment);
  const read = [allow(own, of("sqs", "GetQueueAttributes"))];
  const write = [allow(own, of("sqs", "SetQueueAttributes"))];
  return {
    aws_sqs_queue: {
      read: [...read, allow(own, of("sqs", "ListQueueTags"))],
      write: [
        ...write,
        allow(own, of("sqs", "CreateQueue", "DeleteQueue", "TagQueue", "UntagQueue")),
      ],
    },
    aws_sqs_queue_policy: { read, write },
    aws_sqs_queue_redrive_allow_policy: { read, write },
  };
}

/** The queues, and their dead letters. */
export function queueArns(environment: Environment): Arn[] {
  return [queueArn(environment), arn(environment, "sqs", deadLettersName(environment, "*"))];
}

/** The queues that services send to and receive, without their dead letters. */
export function queueArn(environment: Environment): Arn {
  return arn(environment, "sqs", queueName(environment, "*"));
}
