/** No decision for now: fraud-detection is down, slow, out of order, or not asked for a while. */
export class FraudDetectionUnavailable extends Error {
  constructor(
    message: string,
    readonly worthRetrying: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * fraud-detection does not serve this caller now: its token has just expired, or it calls too often.
 * That says nothing of the transaction, which the worker has decided without a caller, nor of others.
 */
export class CallerNotServed extends Error {}

/** fraud-detection does not take this transaction; asking again soon changes nothing. */
export class FraudDetectionRefused extends Error {}
