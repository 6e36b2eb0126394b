from ministack.services import ec2


def test_a_flow_log_keeps_its_aggregation_interval() -> None:
    request = {"ResourceId.1": ["vpc-1"], "ResourceType": ["VPC"], "LogDestinationType": ["s3"]}
    ec2._create_flow_logs({**request, "MaxAggregationInterval": ["60"]})
    ec2._create_flow_logs(request)
    _, _, body = ec2._describe_flow_logs({})
    assert body.count(b"<maxAggregationInterval>60</maxAggregationInterval>") == 1
    assert body.count(b"<maxAggregationInterval>600</maxAggregationInterval>") == 1
    ec2._flow_logs.clear()


def test_a_flow_log_keeps_the_tags_that_it_is_created_with() -> None:
    ec2._create_flow_logs(
        {
            "ResourceId.1": ["vpc-1"],
            "ResourceType": ["VPC"],
            "TagSpecification.1.ResourceType": ["vpc-flow-log"],
            "TagSpecification.1.Tag.1.Key": ["Environment"],
            "TagSpecification.1.Tag.1.Value": ["prod"],
        }
    )
    _, _, body = ec2._describe_flow_logs({})
    assert b"<key>Environment</key><value>prod</value>" in body
    ec2._flow_logs.clear()
