"""Log in as the demonstration's manager and print what a company's month comes to so far, line by
line.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from datetime import datetime
from http.cookiejar import CookieJar
from typing import Any
from zoneinfo import ZoneInfo

URL = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
BROWSER = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))


def ask(path: str, body: dict[str, Any] | None = None) -> Any:
    """The answer of the API; a body makes it a POST."""
    data = json.dumps(body).encode() if body is not None else None
    headers = {"Content-Type": "application/json"}
    # S310: the reader gave the address.
    request = urllib.request.Request(URL + path, data=data, headers=headers)  # noqa: S310
    with BROWSER.open(request) as answer:
        return json.load(answer)


ask("/api/v1/sessions", {"email": "manager@mullae.example", "password": "gadong-demo-1"})
centre = ask("/api/v1/me")["centres"][0]
month = datetime.now(ZoneInfo(centre["zone"])).strftime("%Y-%m")
for company in ask(f"/api/v1/companies?centre={centre['id']}&limit=200")["items"]:
    query = f"centre={centre['id']}&company={company['id']}&month={month}"
    preview = ask(f"/api/v1/statements/preview?{query}")
    sys.stdout.write(f"\n{company['name']} {month}: {preview['total']:,}원\n")
    for line in preview["document"]["lines"]:
        sys.stdout.write(
            f"  {line['charge']['amount']:>9,}  {line['machine_name']}  {line['sentence_ko']}\n"
        )
        messages = line["charge"]["trace"]["messages"]
        if messages:
            sys.stdout.write(f"             ← {URL}/api/v1/messages/{messages[0]} …\n")
