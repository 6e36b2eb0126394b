"""The resource that IAM checks for each request of Terraform and the project's commands.

https://docs.aws.amazon.com/service-authorization/latest/reference/: if an action takes several
resources, this is the one that it creates or changes.
"""

import re
from collections.abc import Iterator

from .request_fields import Fields, listed

# A resource without an id before its creation is checked by its kind.
_RESOURCES = {
    "application-autoscaling:DeleteScalingPolicy": "scalable-target/*",
    "application-autoscaling:DeleteScheduledAction": "scalable-target/*",
    "application-autoscaling:DeregisterScalableTarget": "scalable-target/*",
    "application-autoscaling:ListTagsForResource": "{ResourceARN}",
    "application-autoscaling:PutScalingPolicy": "scalable-target/*",
    "application-autoscaling:PutScheduledAction": "scalable-target/*",
    "application-autoscaling:RegisterScalableTarget": "scalable-target/*",
    "application-autoscaling:TagResource": "{ResourceARN}",
    "cloudwatch:DeleteAlarms": "alarm:{AlarmNames.0}",
    # A dashboard is of no region.
    "cloudwatch:DeleteDashboards": "arn:aws:cloudwatch::ACCOUNT:dashboard/{DashboardNames.0}",
    "cloudwatch:DescribeAlarmHistory": "alarm:{AlarmName}",
    "cloudwatch:DescribeAlarms": "alarm:{AlarmNames.0}",
    "cloudwatch:DescribeAlarmsForMetric": "alarm:*",
    "cloudwatch:DisableAlarmActions": "alarm:{AlarmNames.0}",
    "cloudwatch:EnableAlarmActions": "alarm:{AlarmNames.0}",
    "cloudwatch:GetDashboard": "arn:aws:cloudwatch::ACCOUNT:dashboard/{DashboardName}",
    "cloudwatch:ListTagsForResource": "{ResourceARN}",
    "cloudwatch:PutDashboard": "arn:aws:cloudwatch::ACCOUNT:dashboard/{DashboardName}",
    "cloudwatch:PutMetricAlarm": "alarm:{AlarmName}",
    "cloudwatch:SetAlarmState": "alarm:{AlarmName}",
    "cloudwatch:TagResource": "{ResourceARN}",
    "cloudwatch:UntagResource": "{ResourceARN}",
    "cognito-idp:ListTagsForResource": "{ResourceArn}",
    "cognito-idp:TagResource": "{ResourceArn}",
    "cognito-idp:UntagResource": "{ResourceArn}",
    "ec2:AllocateAddress": "elastic-ip/*",
    "ec2:AssociateRouteTable": "route-table/{RouteTableId}",
    "ec2:AttachInternetGateway": "internet-gateway/{InternetGatewayId}",
    "ec2:CreateInternetGateway": "internet-gateway/*",
    "ec2:CreateNatGateway": "natgateway/*",
    "ec2:CreateRouteTable": "route-table/*",
    "ec2:CreateSecurityGroup": "security-group/*",
    "ec2:CreateSubnet": "subnet/*",
    "ec2:CreateVpc": "vpc/*",
    "ec2:CreateVpcEndpoint": "vpc-endpoint/*",
    "ec2:DeleteNatGateway": "natgateway/{NatGatewayId}",
    "ec2:DetachInternetGateway": "internet-gateway/{InternetGatewayId}",
    "ec2:DisassociateRouteTable": "route-table/{RouteTableId}",
    "ec2:ModifyVpcEndpoint": "vpc-endpoint/{VpcEndpointId}",
    "ecr:DescribeRepositories": "repository/{repositoryNames.0}",
    "ecr:ListTagsForResource": "{resourceArn}",
    "ecr:TagResource": "{resourceArn}",
    "ecs:CreateCluster": "cluster/{clusterName}",
    "ecs:CreateService": "service/{cluster}/{serviceName}",
    "ecs:DeleteService": "service/{cluster}/{service}",
    "ecs:DescribeClusters": "cluster/{clusters.0}",
    "ecs:DescribeServiceDeployments": "{serviceDeploymentArns.0}",
    "ecs:DescribeServiceRevisions": "{serviceRevisionArns.0}",
    "ecs:DescribeServices": "service/{cluster}/{services.0}",
    "ecs:DescribeTasks": "task/{cluster}/{tasks.0}",
    "ecs:ExecuteCommand": "task/{cluster}/{task}",
    "ecs:ListServiceDeployments": "service/{cluster}/{service}",
    "ecs:ListTagsForResource": "{resourceArn}",
    # Fargate tasks have no container instance.
    "ecs:ListTasks": "container-instance/{cluster}/*",
    "ecs:RegisterTaskDefinition": "task-definition/{family}:*",
    "ecs:StopTask": "task/{cluster}/{task}",
    "ecs:TagResource": "{resourceArn}",
    "ecs:UntagResource": "{resourceArn}",
    "ecs:UpdateService": "service/{cluster}/{service}",
    "elasticloadbalancing:AddTags": "{ResourceArns.member.1}",
    "elasticloadbalancing:CreateLoadBalancer": "loadbalancer/app/{Name}/*",
    "elasticloadbalancing:CreateTargetGroup": "targetgroup/{Name}/*",
    "elasticloadbalancing:DeleteRule": "{RuleArn}",
    "elasticloadbalancing:ModifyRule": "{RuleArn}",
    "elasticloadbalancing:RemoveTags": "{ResourceArns.member.1}",
    # Rules of the default event bus.
    "events:DeleteRule": "rule/{Name}",
    "events:DescribeRule": "rule/{Name}",
    "events:DisableRule": "rule/{Name}",
    "events:EnableRule": "rule/{Name}",
    "events:ListTagsForResource": "{ResourceARN}",
    "events:ListTargetsByRule": "rule/{Rule}",
    "events:PutRule": "rule/{Name}",
    "events:PutTargets": "rule/{Rule}",
    "events:RemoveTargets": "rule/{Rule}",
    "events:TagResource": "{ResourceARN}",
    "events:UntagResource": "{ResourceARN}",
    "rds:AddTagsToResource": "{ResourceName}",
    "rds:CreateDBClusterParameterGroup": "cluster-pg:{DBClusterParameterGroupName}",
    "rds:CreateDBSubnetGroup": "subgrp:{DBSubnetGroupName}",
    "rds:DeleteDBClusterParameterGroup": "cluster-pg:{DBClusterParameterGroupName}",
    "rds:DeleteDBSubnetGroup": "subgrp:{DBSubnetGroupName}",
    "rds:DescribeDBClusterParameterGroups": "cluster-pg:{DBClusterParameterGroupName}",
    "rds:DescribeDBClusterParameters": "cluster-pg:{DBClusterParameterGroupName}",
    "rds:DescribeDBSubnetGroups": "subgrp:{DBSubnetGroupName}",
    "rds:DescribeGlobalClusters": "global-cluster:*",
    "rds:ListTagsForResource": "{ResourceName}",
    "rds:ModifyDBClusterParameterGroup": "cluster-pg:{DBClusterParameterGroupName}",
    "rds:ModifyDBSubnetGroup": "subgrp:{DBSubnetGroupName}",
    "servicediscovery:CreateService": "service/*",
    "servicediscovery:DeleteNamespace": "namespace/{Id}",
    "servicediscovery:GetNamespace": "namespace/{Id}",
    "servicediscovery:GetOperation": "namespace/*",
    "sns:ListTagsForResource": "{ResourceArn}",
    "sns:TagResource": "{ResourceArn}",
    "sns:UntagResource": "{ResourceArn}",
    "sqs:ListMessageMoveTasks": "{SourceArn}",
    "sqs:StartMessageMoveTask": "{SourceArn}",
    "states:ListTagsForResource": "{resourceArn}",
    "states:TagResource": "{resourceArn}",
    "states:UntagResource": "{resourceArn}",
    "servicequotas:GetServiceQuota": "{ServiceCode}/{QuotaCode}",
    "wafv2:AssociateWebACL": "{WebACLArn}",
    "wafv2:DisassociateWebACL": "{ResourceArn}",
    "wafv2:GetWebACLForResource": "{ResourceArn}",
    "wafv2:ListTagsForResource": "{ResourceARN}",
    "wafv2:TagResource": "{ResourceARN}",
    "wafv2:UntagResource": "{ResourceARN}",
}

# The list of names of a request, all of which are checked.
_LISTS = {
    "cloudwatch:DeleteAlarms": "AlarmNames",
    "cloudwatch:DeleteDashboards": "DashboardNames",
    "cloudwatch:DisableAlarmActions": "AlarmNames",
    "cloudwatch:EnableAlarmActions": "AlarmNames",
    "ecs:DescribeServiceRevisions": "serviceRevisionArns",
}

# AWS checks the topic of a subscription.
_OF_SUBSCRIPTION = (
    "sns:GetSubscriptionAttributes",
    "sns:SetSubscriptionAttributes",
    "sns:Unsubscribe",
)

# Kinds by the first part of an id, because CreateTags does not name the kind.
_KINDS = {
    "eipalloc": "elastic-ip",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}


def find(action: str, region: str, account: str, fields: Fields) -> str | None:
    """Return the ARN, or None where the emulator's own answer suffices."""
    if action in ("ec2:CreateTags", "ec2:DeleteTags"):
        kind = _KINDS.get(fields("ResourceId.1").partition("-")[0], "*")
        template = kind + "/{ResourceId.1}"
    elif action in _RESOURCES:
        template = _RESOURCES[action]
    elif action in _OF_SUBSCRIPTION:
        # Its ARN is the topic's and an id.
        return fields("SubscriptionArn").rpartition(":")[0] or None
    else:
        return None

    return _arn(action, region, account, template, fields)


def find_others(action: str, region: str, account: str, fields: Fields) -> Iterator[str]:
    """Return the ARNs of the second and further names of a list."""
    if action not in _LISTS:
        return
    first = fields(f"{_LISTS[action]}.0")
    for name in listed(fields, _LISTS[action]):
        if name != first:
            yield _arn(action, region, account, _RESOURCES[action], lambda _, name=name: name)


def _arn(action: str, region: str, account: str, template: str, fields: Fields) -> str:
    def value(field: re.Match[str]) -> str:
        given = fields(field[1]) or "*"
        # A cluster or service is identified by its name or by its ARN, which ends with the name.
        is_arn = given.startswith("arn:") and field[0] != template
        return given.rpartition("/")[2] if is_arn else given

    resource = re.sub(r"\{([^}]+)\}", value, template)
    if resource.startswith("arn:"):
        return resource.replace(":ACCOUNT:", f":{account}:")
    return f"arn:aws:{action.partition(':')[0]}:{region}:{account}:{resource}"
