import Docker from "dockerode";
import { localAwsName } from "../../../../local/aws/names";
import { PORT } from "./checkout";

/** The keys of the root of the local AWS under test, which another checkout has made. */
export async function rootCredentials() {
  const { Config } = await new Docker().getContainer(localAwsName(PORT)).inspect();
  return {
    accessKeyId: variable(Config.Env, "AWS_ACCESS_KEY_ID"),
    secretAccessKey: variable(Config.Env, "AWS_SECRET_ACCESS_KEY"),
  };
}

function variable(environment: readonly string[], name: string): string {
  const found = environment.find((each) => each.startsWith(`${name}=`));
  return found?.slice(name.length + 1) ?? "";
}
