import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { expect, test, vi } from "vitest";
import { issueToken, trialUser } from "../../../../operations/identity/token";
import { createIdentityClients } from "../../../../operations/identity/user-pool";
import { Refusal } from "../../../../operations/terminal/refusal";
import { Failure } from "../../../../operations/terminal/run";
import { readConfig } from "../../../../project";
import { awsError } from "../../../support/preflight";

const { config } = readConfig({});
const POOL = "us-east-1_Ab12Cd34e";

/** Clients of an account with the environment's pool, whose Cognito answers by the operation's name. */
function account(answers: Readonly<Record<string, (input: object) => unknown>>) {
  const cognito = new CognitoIdentityProviderClient({ region: "us-east-1" });
  const tagging = new ResourceGroupsTaggingAPIClient({ region: "us-east-1" });
  const inputs: { name: string; input: object }[] = [];
  const found = vi.spyOn(tagging, "send").mockImplementation(() => ({
    ResourceTagMappingList: [{ ResourceARN: `arn:aws:cognito-idp:us-east-1:1:userpool/${POOL}` }],
  }));
  vi.spyOn(cognito, "send").mockImplementation((command) => {
    const name = command.constructor.name.replace("Command", "");
    inputs.push({ name, input: command.input });
    const answer = { ...DEFAULTS, ...answers }[name];
    if (!answer) throw new Error(`${name} is unexpected`);
    return answer(command.input);
  });
  return { clients: { cognito, tagging }, inputs, found };
}

const DEFAULTS: Readonly<Record<string, (input: object) => unknown>> = {
  ListUserPoolClients: () => ({
    UserPoolClients: [
      { ClientName: "somebody-else", ClientId: "other" },
      { ClientName: "platform-dev", ClientId: "own" },
    ],
  }),
  AdminCreateUser: () => ({}),
  AdminSetUserPassword: () => ({}),
  AdminInitiateAuth: () => ({ AuthenticationResult: { AccessToken: "token", ExpiresIn: 900 } }),
};

test("a token without a named user is one's for trying out, but never in a protected environment", () => {
  expect(trialUser(config)).toBe("platform-token");
  expect(() => trialUser({ ...config, protected: true })).toThrow(
    new Refusal(
      "dev is protected: a token for trying out would make a user beside its real ones.",
      "npx platform token dev --user NAME",
    ),
  );
});

test("no message is sent to a new user, and a password is used once", async () => {
  const { clients, inputs } = account({});
  await expect(issueToken(clients, config, "alice")).resolves.toEqual({
    token: "token",
    seconds: 900,
  });
  const [listed, created, set, begun] = inputs.map(({ input }) => input as Record<string, unknown>);
  expect(listed).toEqual({ UserPoolId: POOL, MaxResults: 60 });
  expect(created).toMatchObject({ MessageAction: "SUPPRESS", Username: "alice", UserPoolId: POOL });
  expect(begun).toMatchObject({ ClientId: "own", AuthFlow: "ADMIN_USER_PASSWORD_AUTH" });
  const password = String(set?.["Password"]);
  expect(begun?.["AuthParameters"]).toEqual({ USERNAME: "alice", PASSWORD: password });
  expect(created?.["TemporaryPassword"]).not.toBe(password);
  expect(set).toEqual({ UserPoolId: POOL, Username: "alice", Password: password, Permanent: true });
  expect(password).toHaveLength(40);
  for (const kind of [/[A-Z]/, /[a-z]/, /\d/, /[-_.]/]) expect(password).toMatch(kind);
});

test("the pool is found by the environment's tags, which need no state", async () => {
  const { clients, found } = account({});
  await issueToken(clients, config, "alice");
  expect(found.mock.calls.map(([{ input }]) => input)).toEqual([
    {
      ResourceTypeFilters: ["cognito-idp:userpool"],
      TagFilters: [
        { Key: "Project", Values: ["platform"] },
        { Key: "Environment", Values: ["dev"] },
      ],
    },
  ]);
});

test("without the environment's pool and its client there is no token, and the way to one", async () => {
  const refusal = new Refusal(
    "dev has no user pool in us-east-1: it is not deployed there.",
    "npx platform deploy dev, or choose another region with PLATFORM_REGION",
  );
  for (const UserPoolClients of [[], undefined, [{ ClientName: "platform-dev" }]]) {
    const { clients } = account({ ListUserPoolClients: () => ({ UserPoolClients }) });
    await expect(issueToken(clients, config, "alice")).rejects.toThrow(refusal);
  }
  for (const ResourceTagMappingList of [
    undefined,
    [{}],
    [{ ResourceARN: "arn:aws:cognito-idp:us-east-1:1:identitypool/x" }],
  ]) {
    const { clients } = account({});
    vi.spyOn(clients.tagging, "send").mockImplementation(() => ({ ResourceTagMappingList }));
    await expect(issueToken(clients, config, "alice")).rejects.toThrow(refusal);
  }
});

test("the tokens of another provider are that provider's to give", async () => {
  const { clients, inputs } = account({});
  const identity = { issuer: "https://login.acme.example", audience: "shop" };
  await expect(issueToken(clients, { ...config, identity }, "alice")).rejects.toThrow(
    new Refusal(
      "dev accepts the tokens of https://login.acme.example, which the platform cannot issue.",
      'Get an access token for the audience "shop" from that issuer.',
    ),
  );
  expect(inputs).toEqual([]);
});

test("an existing user is kept", async () => {
  const { clients } = account({
    AdminCreateUser: () => {
      throw awsError("UsernameExistsException", "User account already exists");
    },
  });
  await expect(issueToken(clients, config, "alice")).resolves.toMatchObject({ token: "token" });
});

test("a user that cannot be created gets no token", async () => {
  const { clients, inputs } = account({
    AdminCreateUser: () => {
      throw awsError("LimitExceededException", "too many");
    },
  });
  await expect(issueToken(clients, config, "alice")).rejects.toThrow(
    new Failure([
      "No token for alice: LimitExceededException: too many",
      "→ `npx platform doctor` checks the credentials and the region.",
    ]),
  );
  expect(inputs.map(({ name }) => name)).not.toContain("AdminInitiateAuth");
});

test.each([
  ["NotAuthorizedException", "User is disabled."],
  ["TooManyRequestsException", "Rate exceeded"],
])("%s, %s, does not pass with another password", async (name, message) => {
  const { clients, inputs } = account({
    AdminInitiateAuth: () => {
      throw awsError(name, message);
    },
  });
  await expect(issueToken(clients, config, "alice")).rejects.toThrow(message);
  expect(inputs.filter((each) => each.name === "AdminInitiateAuth")).toHaveLength(1);
});

test("a password that another run has replaced meanwhile is set again, three times at most", async () => {
  let refusals = 2;
  const wrong = () => {
    if (refusals === 0) return DEFAULTS["AdminInitiateAuth"]?.({});
    refusals -= 1;
    throw awsError("NotAuthorizedException", "Incorrect username or password.");
  };
  const { clients, inputs } = account({ AdminInitiateAuth: wrong });
  await expect(issueToken(clients, config, "alice")).resolves.toMatchObject({ token: "token" });
  expect(inputs.filter(({ name }) => name === "AdminSetUserPassword")).toHaveLength(3);
  refusals = 3;
  await expect(issueToken(clients, config, "alice")).rejects.toThrow("Incorrect username");
});

test("a denial names the actions that the caller needs", async () => {
  const { clients } = account({
    AdminInitiateAuth: () => {
      throw awsError("AccessDeniedException", "User: x is not authorized to perform: y");
    },
  });
  await expect(issueToken(clients, config, "alice")).rejects.toThrow(
    new Failure([
      "AWS denies the request: AccessDeniedException: User: x is not authorized to perform: y",
      "→ The caller needs tag:GetResources, and on the user pool cognito-idp:AdminCreateUser, cognito-idp:AdminInitiateAuth, cognito-idp:AdminSetUserPassword, cognito-idp:ListUserPoolClients.",
    ]),
  );
});

test("a second pool, which a killed run left, is not taken for the environment's", async () => {
  const { clients, inputs } = account({});
  vi.spyOn(clients.tagging, "send").mockImplementation(() => ({
    ResourceTagMappingList: ["us-east-1_one", "us-east-1_two"].map((id) => ({
      ResourceARN: `arn:aws:cognito-idp:us-east-1:1:userpool/${id}`,
    })),
  }));
  await expect(issueToken(clients, config, "alice")).rejects.toThrow(
    new Failure([
      "dev has several user pools; a killed run left one that its services do not accept.",
      "→ The issuer in the output `tokens` of the stack platform ends with the right one's ID; aws cognito-idp delete-user-pool --user-pool-id ID removes another.",
    ]),
  );
  expect(inputs.filter(({ name }) => name.startsWith("Admin"))).toEqual([]);
});

test.each([
  [{ ChallengeName: "SOFTWARE_TOKEN_MFA" }, "SOFTWARE_TOKEN_MFA"],
  [{ AuthenticationResult: { AccessToken: "token" } }, "more"],
  [{ AuthenticationResult: { ExpiresIn: 900 } }, "more"],
])("a challenge is named, and half an answer is none: %#", async (answer, asked) => {
  const { clients } = account({ AdminInitiateAuth: () => answer });
  await expect(issueToken(clients, config, "alice")).rejects.toThrow(
    new Failure([
      `Cognito asks alice for ${asked} before it gives a token.`,
      "→ Name another user with --user.",
    ]),
  );
});

test("the clients ask in the environment's region", async () => {
  const clients = createIdentityClients({ region: "eu-west-1", maxAttempts: 3 });
  expect(await clients.cognito.config.region()).toBe("eu-west-1");
  expect(await clients.tagging.config.region()).toBe("eu-west-1");
});
