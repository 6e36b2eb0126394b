import { generateKeyPairSync, sign } from "node:crypto";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/**
 * A well-formed access token that is signed with a key of the test.
 *
 * @param imitated a token whose header and claims it copies; without one it names an issuer of its own
 */
export function foreignToken(imitated?: string): string {
  const [header, claims] = imitated === undefined ? own() : imitated.split(".");
  const text = `${header ?? ""}.${claims ?? ""}`;
  return `${text}.${sign("RSA-SHA256", Buffer.from(text), privateKey).toString("base64url")}`;
}

function own(): readonly string[] {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: "https://login.example.com",
    sub: "alice",
    aud: "anything",
    token_use: "access",
    iat: now,
    exp: now + 600,
  };
  return [{ alg: "RS256", kid: "1" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
}
