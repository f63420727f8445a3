"""A client: Qpid Proton, which knows AMQP 1.0 and nothing of Event Hubs. Arguments: send or receive; URL; address; user; key; count.

It shows the key by SASL PLAIN. Prints a line for each result and ends with "done" or "failed CONDITION"."""
import sys

from proton import Message, symbol
from proton.handlers import MessagingHandler
from proton.reactor import Container, Filter, ReceiverOption

action, url, address, user, key, count = sys.argv[1:7]


class Earliest(ReceiverOption):
    """Begins at the oldest event."""

    def apply(self, receiver):
        selector = Filter({symbol("apache.org:selector-filter:string"): "amqp.annotation.x-opt-offset > '-1'"})
        selector.apply(receiver)


class Client(MessagingHandler):
    def __init__(self):
        super().__init__(prefetch=50)
        self.sent = self.confirmed = self.received = 0

    def on_start(self, event):
        connection = event.container.connect(
            url, user=user, password=key, sasl_enabled=True, allowed_mechs="PLAIN", allow_insecure_mechs=True, reconnect=False, heartbeat=4
        )
        if action == "send":
            event.container.create_sender(connection, address)
        else:
            event.container.create_receiver(connection, address, options=Earliest())

    def on_sendable(self, event):
        while event.sender.credit and self.sent < int(count):
            message = Message(body=f"proton {self.sent}", subject="kiln", properties={"site": "north", "number": self.sent})
            message.annotations = {symbol("x-opt-partition-key"): "kiln-1"}
            event.sender.send(message)
            self.sent += 1

    def on_accepted(self, event):
        self.confirmed += 1
        if self.confirmed == int(count):
            print(f"sent {self.confirmed}", flush=True)
            event.connection.close()

    def on_rejected(self, event):
        print("rejected", event.delivery.remote.condition.name, flush=True)
        event.connection.close()

    def on_message(self, event):
        message = event.message
        body = bytes(message.body).decode() if isinstance(message.body, (bytes, memoryview)) else message.body
        print("event", message.annotations["x-opt-sequence-number"], message.annotations.get("x-opt-partition-key"), body, flush=True)
        self.received += 1
        if self.received == int(count):
            event.connection.close()

    def on_link_error(self, event):
        print("failed", event.link.remote_condition.name, flush=True)
        event.connection.close()

    def on_connection_error(self, event):
        print("failed", event.connection.remote_condition.name, flush=True)

    def on_transport_error(self, event):
        print("failed", event.transport.condition.name, flush=True)


Container(Client()).run()
print("done", flush=True)
