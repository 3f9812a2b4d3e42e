"""Signs requests as the official Python SDK of QingCloud's EHPC does.

Reads [{key, timestamp, method, path, query: {name: value}, elements?}] from standard input, writes what the SDK would
send and what it signed: [{url, body, contentType, stringToSign}].
"""

import contextlib
import io
import json
import sys

from qingcloud_hpc.HpcApiConnection import Config
from qingcloud_hpc.request import Request, process_canonical_request


def sign(given):
    config = Config()
    config.qy_access_key_id = given["key"]["accessKeyId"]
    config.qy_secret_access_key = given["key"]["secretAccessKey"]
    config.protocol, config.host, config.port = "https", "hpc.api.qingcloud.com", 443
    config.zone = None
    request = Request(
        config,
        {
            "Method": given["method"],
            "URI": given["path"],
            "Headers": {"Host": config.host},
            "Params": {**given["query"], "timestamp": given["timestamp"]},
            "Elements": given.get("elements"),
        },
    )
    # The SDK prints what it signs, and the signature.
    with contextlib.redirect_stdout(io.StringIO()):
        prepared = request.sign()
    # It has put the signature into the query by now, which it had not when it signed.
    request.req.url = request.req.url.rpartition("&signature=")[0]
    return {
        "url": prepared.url,
        "body": prepared.body,
        "contentType": prepared.headers["Content-Type"],
        "stringToSign": process_canonical_request(request.req),
    }


json.dump([sign(given) for given in json.load(sys.stdin)], sys.stdout)
