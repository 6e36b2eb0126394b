"""Make calls to AWS and print the code of each error: `null` for a call that no policy denied.

Reads `{"endpoint", "credentials", "calls": [{"service", "operation", "parameters"}]}` from the standard
input. Other errors than a denial count as allowed: the policies were evaluated before.
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

DENIALS = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError")


def denial(client, operation, parameters):
    try:
        getattr(client, operation)(**parameters)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in DENIALS or error.response["ResponseMetadata"]["HTTPStatusCode"] == 403:
            return f"{code}: {error.response['Error']['Message']}"
    return None


def main():
    request = json.load(sys.stdin)
    session = boto3.Session(region_name="us-east-1", **request["credentials"])
    clients = {}
    answers = []
    for call in request["calls"]:
        service = call["service"]
        if service not in clients:
            config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
            clients[service] = session.client(
                service, endpoint_url=request["endpoint"], config=config
            )
        answers.append(denial(clients[service], call["operation"], call["parameters"]))
    json.dump(answers, sys.stdout)


main()
