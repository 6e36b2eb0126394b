import { type Environment, arn, isOwn } from "./environment";
import { type Grant, allow, allowEverywhere, of } from "./grant";

/**
 * The permissions of `npx platform token`, for people: who has them can act as any user of the environment.
 * No role of a pipeline has them.
 */
export function token(environment: Environment): Grant[] {
  return [
    allowEverywhere(
      "Listing tagged resources cannot be restricted to a resource.",
      of("tag", "GetResources"),
    ),
    allow(
      [arn(environment, "cognito-idp", "userpool/*")],
      [
        ...of("cognito-idp", "ListUserPoolClients", "AdminCreateUser"),
        ...of("cognito-idp", "AdminSetUserPassword", "AdminInitiateAuth"),
      ],
      isOwn(environment),
    ),
  ];
}
