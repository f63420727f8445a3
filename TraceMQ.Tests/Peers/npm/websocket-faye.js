// faye-websocket in both directions. Arguments: "server" for an echo server on a port of its own choice, or "client" and a URL: says hello in text and
// bytes, pings, and closes once it got them back.
const WebSocket = require('faye-websocket');
const http = require('http');

if (process.argv[2] === 'server') {
  const server = http.createServer();
  server.on('upgrade', (request, socket, body) => {
    const ws = new WebSocket(request, socket, body, ['v1.chat']);
    ws.on('message', (event) => {
      if (event.data === 'close me') ws.close(4001, 'as you wish');
      else ws.send(event.data);
    });
    ws.on('close', (event) => console.log(`closed ${event.code} ${event.reason}`));
  });
  server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
} else {
  const ws = new WebSocket.Client(process.argv[3], ['v1.chat']);
  const text = 'hello from faye '.repeat(100);
  let received = 0;
  ws.on('open', () => {
    console.log(`open ${ws.protocol}`);
    ws.send(text);
    ws.send(Buffer.from([0, 1, 2, 255]));
  });
  ws.on('message', (event) => {
    const expected = received++ === 0 ? event.data === text : Buffer.from(event.data).equals(Buffer.from([0, 1, 2, 255]));
    console.log(`message ${received} ${expected}`);
    if (received === 2)
      ws.ping('are you there', () => {
        console.log('pong');
        ws.close(4002, 'done');
      });
  });
  ws.on('close', (event) => {
    console.log(`closed ${event.code} ${event.reason}`);
    process.exit(0);
  });
}
