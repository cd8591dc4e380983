#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks a node over JSON-RPC, with nothing but Python's own library.

    scripts/node_rpc.py URL METHOD [PARAMETER…]   prints the result as JSON
    scripts/node_rpc.py URL --finalised           prints the number of the last finalised block
    scripts/node_rpc.py URL --listening           exit status 0 if something accepts connections

Parameters are JSON where they parse as such, else strings. Exit status 1 with one line on stderr
when the node doesn't answer or answers with an error.
"""

import json
import socket
import sys
import urllib.parse
import urllib.request

TIMEOUT_SECONDS = 5


def ask(url, method, params):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    # A proxy of the environment has no way to a local node.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=TIMEOUT_SECONDS) as response:
        answer = json.load(response)
    if not isinstance(answer, dict) or "result" not in answer:
        raise ValueError(f"{method}: {answer}")
    return answer["result"]


def finalised(url):
    head = ask(url, "chain_getFinalizedHead", [])
    return int(ask(url, "chain_getHeader", [head])["number"], 16)


def listening(url):
    parts = urllib.parse.urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port), TIMEOUT_SECONDS).close()
    except OSError:
        return False
    return True


def parameter(word):
    try:
        return json.loads(word)
    except ValueError:
        return word


def main(words):
    if len(words) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    url, method, *params = words
    if method == "--listening":
        return 0 if listening(url) else 1
    try:
        if method == "--finalised":
            print(finalised(url))
        else:
            print(json.dumps(ask(url, method, [parameter(word) for word in params])))
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"{url}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
