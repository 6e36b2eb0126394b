import { type CallsOfKinds, call, listed } from "./call";

/** Who may do what, and who calls. */
export const access: CallsOfKinds = {
  aws_cognito_user_pool: (value, claim) => {
    const pool = { UserPoolId: value("id") };
    const user = { ...pool, Username: "intruder" };
    return [
      call("cognito-idp", "describe_user_pool", pool),
      call("cognito-idp", "admin_create_user", user),
      call("cognito-idp", "admin_set_user_password", { ...user, Password: "Of-an-intruder-1234" }),
      call("cognito-idp", "update_user_pool", { ...pool, DeletionProtection: "INACTIVE" }),
      call("cognito-idp", "tag_resource", { ResourceArn: value("arn"), Tags: claim }),
      call("cognito-idp", "create_user_pool_client", { ...pool, ClientName: "intruder" }),
      call("cognito-idp", "delete_user_pool", pool),
    ];
  },
  aws_cognito_user_pool_client: (value) => {
    const client = { UserPoolId: value("user_pool_id"), ClientId: value("id") };
    return [
      call("cognito-idp", "describe_user_pool_client", client),
      call("cognito-idp", "update_user_pool_client", client),
      call("cognito-idp", "admin_initiate_auth", {
        ...client,
        AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "intruder", PASSWORD: "Of-an-intruder-1234" },
      }),
      call("cognito-idp", "delete_user_pool_client", client),
    ];
  },
  aws_iam_role: (value, claim) => {
    const RoleName = value("name");
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    });
    return [
      call("iam", "get_role", { RoleName }),
      call("iam", "put_role_policy", { RoleName, PolicyName: "more", PolicyDocument }),
      call("iam", "tag_role", { RoleName, Tags: listed(claim) }),
      call("iam", "delete_role", { RoleName }),
    ];
  },
  aws_iam_role_policy: (value) => {
    const policy = { RoleName: value("role"), PolicyName: value("name") };
    return [call("iam", "get_role_policy", policy), call("iam", "delete_role_policy", policy)];
  },
};
