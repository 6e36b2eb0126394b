import { type Static, Type } from "typebox";

/** One wrong field: which it is depends on the part of the request that it stands in. */
export const FieldError = Type.Object({
  pointer: Type.Optional(
    Type.String({ description: "JSON pointer of a field of the body, as a URI fragment" }),
  ),
  parameter: Type.Optional(Type.String({ description: "Name in the path or the query" })),
  header: Type.Optional(Type.String()),
  detail: Type.String(),
});
export type FieldError = Static<typeof FieldError>;

/** @see https://www.rfc-editor.org/rfc/rfc9457 */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  errors: Type.Optional(Type.Array(FieldError)),
});
export type Problem = Static<typeof Problem>;

/** The problems of every route that acts for a caller. */
export const CALLER_PROBLEMS = {
  400: "The request is not valid: `errors` names each wrong field",
  401: "The request has no token, or one that is not accepted",
  429: "The caller sends too many requests; Retry-After says when to come again",
  503: "The database or the issuer's keys are not there; Retry-After says when to come again",
};

/** What a route's `response` says of the statuses that it answers with a problem. */
export function problemResponses<const Status extends number>(
  descriptions: Record<Status, string>,
) {
  const response = (description: string) => ({
    description,
    content: { "application/problem+json": { schema: Problem } },
  });
  return Object.fromEntries(
    Object.entries<string>(descriptions).map(([status, text]) => [status, response(text)]),
  );
}
