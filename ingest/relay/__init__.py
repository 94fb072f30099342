"""The relay: keeps what machines say beside them, and hands it to the server until it is stored.

It runs on a small computer in the hall and needs nothing of the server's packages but paho-mqtt.
The contract is docs/operate/relay.md.
"""
