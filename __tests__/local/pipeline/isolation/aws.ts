import path from "node:path";
import { execa } from "execa";
import { readFileStateSettings } from "../../../../local/aws/settings";
import { PROJECT_FOLDER } from "../../../../project";
import type { Call } from "./calls/call";

/** Keys of a caller, in the words of boto3. */
export interface Credentials {
  readonly aws_access_key_id: string;
  readonly aws_secret_access_key: string;
  readonly aws_session_token?: string;
}

const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = readFileStateSettings().environment;

/** The recorder's root. */
export const ROOT: Credentials = {
  aws_access_key_id: AWS_ACCESS_KEY_ID,
  aws_secret_access_key: AWS_SECRET_ACCESS_KEY,
};

/** Makes calls, and returns each one's denial; `null` for a call that the policies allow. */
export async function denials(
  endpoint: string,
  credentials: Credentials,
  calls: readonly Call[],
): Promise<(string | null)[]> {
  const python = path.join(PROJECT_FOLDER, ".platform", "venv", "emulator", "bin", "python");
  const { stdout } = await execa(python, [path.join(__dirname, "call_aws.py")], {
    input: JSON.stringify({ endpoint, credentials, calls }),
    env: { PYTHONDONTWRITEBYTECODE: "1" },
  });
  // The format of the program.
  return JSON.parse(stdout) as (string | null)[];
}
