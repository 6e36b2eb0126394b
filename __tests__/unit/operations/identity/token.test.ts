import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { expect, test, vi } from "vitest";
import { issueToken, trialUser } from "../../../../operations/identity/token";
import { readConfig } from "../../../../project";
import { awsError } from "../../../support/preflight";

const { config } = readConfig({});
const POOL = "us-east-1_Ab12Cd34e";

/** Clients of an account with the environment's pool, whose Cognito answers by the operation's name. */
function account(answers: Readonly<Record<string, (input: object) => unknown>>) {
  const cognito = new CognitoIdentityProviderClient({ region: "us-east-1" });
  const tagging = new ResourceGroupsTaggingAPIClient({ region: "us-east-1" });
  const inputs: { name: string; input: object }[] = [];
  vi.spyOn(tagging, "send").mockImplementation(() => ({
    ResourceTagMappingList: [{ ResourceARN: `arn:aws:cognito-idp:us-east-1:1:userpool/${POOL}` }],
  }));
  vi.spyOn(cognito, "send").mockImplementation((command) => {
    const name = command.constructor.name.replace("Command", "");
    inputs.push({ name, input: command.input });
    const answer = { ...DEFAULTS, ...answers }[name];
    if (!answer) throw new Error(`${name} is unexpected`);
    return answer(command.input);
  });
  return { clients: { cognito, tagging }, inputs };
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
  expect(() => trialUser({ ...config, protected: true })).toThrow(/dev is protected/);
});

test("no message is sent to a new user, and a password is used once", async () => {
  const { clients, inputs } = account({});
  await expect(issueToken(clients, config, "alice")).resolves.toEqual({
    token: "token",
    seconds: 900,
  });
  const [, created, set, begun] = inputs.map(({ input }) => input as Record<string, unknown>);
  expect(created).toMatchObject({ MessageAction: "SUPPRESS", Username: "alice", UserPoolId: POOL });
  expect(begun).toMatchObject({ ClientId: "own", AuthFlow: "ADMIN_USER_PASSWORD_AUTH" });
  const password = String(set?.["Password"]);
  expect(begun?.["AuthParameters"]).toEqual({ USERNAME: "alice", PASSWORD: password });
  expect(created?.["TemporaryPassword"]).not.toBe(password);
  expect(password).toHaveLength(40);
  for (const kind of [/[A-Z]/, /[a-z]/, /\d/, /[-_.]/]) expect(password).toMatch(kind);
});

test("an existing user is kept", async () => {
  const { clients } = account({
    AdminCreateUser: () => {
      throw awsError("UsernameExistsException", "User account already exists");
    },
  });
  await expect(issueToken(clients, config, "alice")).resolves.toMatchObject({ token: "token" });
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
    /AWS denies the request.*\n→ The caller needs tag:GetResources.*cognito-idp:AdminInitiateAuth/,
  );
});

test("a second pool, which a killed run left, is not taken for the environment's", async () => {
  const { clients, inputs } = account({});
  vi.spyOn(clients.tagging, "send").mockImplementation(() => ({
    ResourceTagMappingList: ["us-east-1_one", "us-east-1_two"].map((id) => ({
      ResourceARN: `arn:aws:cognito-idp:us-east-1:1:userpool/${id}`,
    })),
  }));
  await expect(issueToken(clients, config, "alice")).rejects.toThrow("dev has several user pools");
  expect(inputs.filter(({ name }) => name.startsWith("Admin"))).toEqual([]);
});

test("a challenge is named", async () => {
  const { clients } = account({
    AdminInitiateAuth: () => ({ ChallengeName: "SOFTWARE_TOKEN_MFA" }),
  });
  await expect(issueToken(clients, config, "alice")).rejects.toThrow(
    "Cognito asks alice for SOFTWARE_TOKEN_MFA before it gives a token.",
  );
});
