/** Output of the `platform` stack: the issuer and the audience of the tokens that its services accept. */
export const TOKENS = "tokens";

/** Output of the `platform` stack: the service of each public path. */
export const PATHS = "paths";

/** Output of the `platform` stack: the service of each database. */
export const DATABASES = "databases";

/** Output of the `platform` stack, if it has queues: the URLs of each, its own and that of its dead letters. */
export const QUEUES = "queue-urls";

/** Output of the `platform` stack, if it has queues: the services that send to each. */
export const SENDERS = "queue-senders";

/** Output of the `platform` stack, if it has buckets: the name in S3 of each. */
export const BUCKETS = "bucket-names";
