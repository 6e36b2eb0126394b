"""What a load balancer's attributes decide: its deletion, and where its access logs go.

MiniStack stores the attributes and acts on none of them.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#deletion-protection
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
"""

from collections.abc import Callable
from typing import Any

from ministack.services import alb, s3

from .. import seam

_DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"


def _deleting(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(params: dict[str, Any]) -> Any:
        arn = alb._p(params, "LoadBalancerArn")
        attributes = {each["Key"]: each["Value"] for each in alb._lb_attrs.get(arn, [])}
        if arn in alb._lbs and attributes.get("deletion_protection.enabled") == "true":
            return alb._error(
                "OperationNotPermitted",
                f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
            )
        return original(params)

    return delete


def _requested(params: dict[str, Any]) -> dict[str, str]:
    keys = [name for name in params if name.startswith("Attributes.") and name.endswith(".Key")]
    return {alb._p(params, key): alb._p(params, key[:-3] + "Value") for key in keys}


def _logging(original: Callable[..., Any]) -> Callable[..., Any]:
    def modify(params: dict[str, Any]) -> Any:
        wanted = _requested(params)
        bucket = wanted.get("access_logs.s3.bucket", "")
        enabled = wanted.get("access_logs.s3.enabled") == "true"
        if enabled and _DELIVERY not in str(s3._bucket_policies.get(bucket) or ""):
            return alb._error(
                "InvalidConfigurationRequest",
                f"Access Denied for bucket: {bucket}. Please check S3bucket permission",
            )
        return original(params)

    return modify


def install() -> None:
    seam.wrap(alb, "_delete_lb", "params", _deleting)
    seam.wrap(alb, "_modify_lb_attrs", "params", _logging)
