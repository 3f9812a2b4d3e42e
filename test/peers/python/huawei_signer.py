"""Signs requests as the official Python SDK of Huawei Cloud does.

Reads [{key, projectId, date, method, host, path, query: [[name, value]], body}] from standard input, writes what the SDK
would send: [{uri, headers}].
"""

import json
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest


def sign(given):
    key = given["key"]
    credentials = BasicCredentials(key["accessKey"], key["secretKey"], given["projectId"])
    if "securityToken" in key:
        credentials.with_security_token(key["securityToken"])
    request = credentials.sign_request(
        SdkRequest(
            method=given["method"],
            schema="https",
            host=given["host"],
            resource_path=given["path"],
            query_params=[tuple(pair) for pair in given["query"]],
            header_params={"Content-Type": "application/json", "X-Sdk-Date": given["date"]},
            body=given["body"],
        )
    )
    headers = {name.lower(): value for name, value in request.header_params.items()}
    return {"uri": request.uri, "headers": headers}


json.dump([sign(given) for given in json.load(sys.stdin)], sys.stdout)
