import { type Static, Type } from "typebox";

/** @see https://www.rfc-editor.org/rfc/rfc9457 */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  errors: Type.Optional(
    Type.Array(
      Type.Object({
        pointer: Type.String({ description: "JSON pointer of the field, as a URI fragment" }),
        detail: Type.String(),
      }),
    ),
  ),
});

export type Problem = Static<typeof Problem>;

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
