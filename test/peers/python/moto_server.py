"""Serves moto on 127.0.0.1 and a free port, which it prints, until its standard input is closed.

One request at a time: moto reads an item and writes it without a lock, and two conditional writes in two threads could
both win. AWS keeps such writes apart, and so does this.
"""

import logging
import sys
import threading

from moto.core.config import default_user_config
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

# A line for every request, and for every resource that moto does not know; the tests tell of those.
for name in ("werkzeug", "moto"):
    logging.getLogger(name).setLevel(logging.ERROR)
default_user_config["lambda"] = {"use_docker": False}

server = make_server(
    "127.0.0.1",
    0,
    DomainDispatcherApplication(create_backend_app),
    threaded=False,
    request_handler=MotoRequestHandler,
)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
