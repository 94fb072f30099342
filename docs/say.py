"""Publish one message as a device would: python docs/say.py URL USER PASSWORD TOPIC MESSAGE."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

# A broker on the same machine answers at once; one that is away should not hold up a terminal.
SECONDS = 10


def main(arguments: list[str]) -> int:
    """Publish the message; 1 if the broker did not take it, 2 for other words than those above."""
    if len(arguments) != 5:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    url, user, password, topic, message = arguments
    broker = urlsplit(url)
    # The broker knows a device by its user name and takes it for the client's id too.
    client = Client(CallbackAPIVersion.VERSION2, client_id=user, protocol=MQTTv5)
    client.username_pw_set(user, password)
    client.connect(broker.hostname or "127.0.0.1", broker.port or 1883)
    client.loop_start()
    sent = client.publish(topic, message, qos=1)
    try:
        sent.wait_for_publish(SECONDS)
        is_taken = sent.is_published()
    except RuntimeError:
        # The broker refused the login.
        is_taken = False
    finally:
        client.disconnect()
        client.loop_stop()
    sys.stderr.write("published\n" if is_taken else "the broker did not take it\n")
    return 0 if is_taken else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
