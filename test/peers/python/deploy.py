"""Deploys a packaged stack to moto as `osls deploy` does it: a stack with the bucket, the code into it, then the rest.

Reads {endpoint, region, stackName, create, update, code: {key: file}} from standard input, writes what came of it.
"""

import json
import sys

import boto3

given = json.load(sys.stdin)


def client(service):
    return boto3.client(
        service,
        endpoint_url=given["endpoint"],
        region_name=given["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


stack = {"StackName": given["stackName"]}
capable = {"Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]}
cloudformation, s3, functions = (client(name) for name in ("cloudformation", "s3", "lambda"))

cloudformation.create_stack(**stack, **capable, TemplateBody=given["create"])
bucket = cloudformation.describe_stack_resource(**stack, LogicalResourceId="ServerlessDeploymentBucket")
name = bucket["StackResourceDetail"]["PhysicalResourceId"]
for key, file in given["code"].items():
    with open(file, "rb") as body:
        s3.put_object(Bucket=name, Key=key, Body=body)

cloudformation.update_stack(**stack, **capable, TemplateBody=given["update"])
described = cloudformation.describe_stacks(**stack)["Stacks"][0]
made = [
    row
    for page in cloudformation.get_paginator("list_stack_resources").paginate(**stack)
    for row in page["StackResourceSummaries"]
]
mappings = functions.list_event_source_mappings()["EventSourceMappings"]
for mapping in mappings:
    # moto would call a function that it cannot run: what a mapping says is carried out by the test.
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)

json.dump(
    {
        "status": described["StackStatus"],
        "outputs": {row["OutputKey"]: row["OutputValue"] for row in described.get("Outputs", [])},
        "resources": {row["LogicalResourceId"]: row["PhysicalResourceId"] for row in made},
        "functions": {
            row["FunctionName"]: {
                "arn": row["FunctionArn"],
                "handler": row["Handler"],
                "timeout": row["Timeout"],
                "environment": row["Environment"]["Variables"],
            }
            for page in functions.get_paginator("list_functions").paginate()
            for row in page["Functions"]
        },
        "mappings": [
            {
                "queueArn": row["EventSourceArn"],
                "functionArn": row["FunctionArn"],
                "batchSize": row["BatchSize"],
                "state": row["State"],
                "responses": row.get("FunctionResponseTypes", []),
            }
            for row in mappings
        ],
    },
    sys.stdout,
)
