"""Buckets as Terraform and services use them; MiniStack is right about most of it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ministack.services import s3

from ..sdk import client

BUCKET = "dev-statements"
ARN = f"arn:aws:s3:::{BUCKET}"
BLOCKED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


@pytest.fixture
def bucket() -> Iterator[Any]:
    made = client("s3")
    made.create_bucket(Bucket=BUCKET)
    yield made
    for store in (s3._buckets, *s3._PERSISTED_BUCKET_DICTS.values(), s3._object_versions):
        store.clear()


def code(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(Bucket=BUCKET, **parameters)
    return str(caught.value.response["Error"]["Code"])


def test_a_new_bucket_is_as_on_aws(bucket: Any) -> None:
    blocked = bucket.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert blocked == BLOCKED
    owned = bucket.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]
    assert owned == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    encrypted = bucket.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]
    default = encrypted["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    assert default == {"SSEAlgorithm": "AES256"}
    assert "Status" not in bucket.get_bucket_versioning(Bucket=BUCKET)
    assert code(bucket.get_bucket_policy) == "NoSuchBucketPolicy"
    assert code(bucket.get_bucket_lifecycle_configuration) == "NoSuchLifecycleConfiguration"


def test_no_policy_and_no_list_makes_it_public(bucket: Any) -> None:
    everybody = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"{ARN}/*",
    }
    assert code(bucket.put_bucket_policy, Policy=json.dumps({"Statement": [everybody]})) == (
        "AccessDenied"
    )
    assert code(bucket.put_bucket_acl, ACL="public-read") in (
        "AccessDenied",
        "AccessControlListNotSupported",
    )


def test_what_terraform_sets_it_reads_again(bucket: Any) -> None:
    tls_only = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [ARN, f"{ARN}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = {"Version": "2012-10-17", "Statement": [tls_only]}
    aborts = {
        "ID": "abort",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }
    bucket.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    bucket.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=BLOCKED)
    bucket.put_bucket_lifecycle_configuration(
        Bucket=BUCKET, LifecycleConfiguration={"Rules": [aborts]}
    )
    bucket.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    assert json.loads(bucket.get_bucket_policy(Bucket=BUCKET)["Policy"]) == policy
    read = bucket.get_bucket_lifecycle_configuration(Bucket=BUCKET)
    assert read["Rules"] == [aborts]
    assert bucket.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    bucket.delete_public_access_block(Bucket=BUCKET)
    assert code(bucket.get_public_access_block) == "NoSuchPublicAccessBlockConfiguration"


def test_a_bucket_is_deleted_once_all_versions_have_gone(bucket: Any) -> None:
    bucket.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    first = bucket.put_object(Bucket=BUCKET, Key="2026/1.csv", Body=b"1")["VersionId"]
    bucket.put_object(Bucket=BUCKET, Key="2026/1.csv", Body=b"2")
    old = bucket.get_object(Bucket=BUCKET, Key="2026/1.csv", VersionId=first)
    assert old["Body"].read() == b"1"
    bucket.delete_object(Bucket=BUCKET, Key="2026/1.csv")
    assert code(bucket.get_object, Key="2026/1.csv") == "NoSuchKey"
    assert code(bucket.delete_bucket) == "BucketNotEmpty"
    found = bucket.list_object_versions(Bucket=BUCKET)
    versions = [*found["Versions"], *found["DeleteMarkers"]]
    assert len(versions) == 3
    gone = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions]
    bucket.delete_objects(Bucket=BUCKET, Delete={"Objects": gone})
    bucket.delete_bucket(Bucket=BUCKET)
    assert code(bucket.get_bucket_versioning) == "NoSuchBucket"


def test_an_upload_in_parts_that_is_given_up_leaves_nothing(bucket: Any) -> None:
    place = {"Bucket": BUCKET, "Key": "big"}
    upload = bucket.create_multipart_upload(**place)["UploadId"]
    bucket.upload_part(**place, PartNumber=1, UploadId=upload, Body=b"1")
    bucket.abort_multipart_upload(**place, UploadId=upload)
    assert bucket.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    bucket.delete_bucket(Bucket=BUCKET)
