"""A server of bare sockets by Python's standard library, on a port of its own choice. Arguments: what it does with what comes (broadcast, echo,
upper), then certificate and key for TLS."""
import socket
import ssl
import sys
import threading

mode = sys.argv[1]
context = None
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
clients, lock = [], threading.Lock()


def serve(raw):
    try:
        client = context.wrap_socket(raw, server_side=True) if context else raw
    except (OSError, ssl.SSLError):
        raw.close()
        return
    with lock:
        clients.append(client)
    try:
        while data := client.recv(65536):
            with lock:
                for to in clients if mode == "broadcast" else [client]:
                    try:
                        to.sendall(data.upper() if mode == "upper" else data)
                    except OSError:
                        pass
        print("finished", flush=True)
        if mode == "upper":
            client.sendall(b"that was all")
    except OSError as error:
        print(f"lost {error}", flush=True)
    with lock:
        clients.remove(client)
    client.close()


listener = socket.create_server(("127.0.0.1", 0))
print(f"port {listener.getsockname()[1]}", flush=True)
while True:
    accepted, _ = listener.accept()
    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=serve, args=(accepted,), daemon=True).start()
