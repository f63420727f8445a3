// An echo server: npm ws, on a port of its own choice. Arguments: "deflate" to agree to compression.
const { WebSocketServer } = require('ws');

const perMessageDeflate = process.argv[2] === 'deflate' ? { threshold: 0 } : false;
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate,
  maxPayload: 64 << 20,
  handleProtocols: (asked) => (asked.has('v1.chat') ? 'v1.chat' : false),
});
server.on('listening', () => console.log(`port ${server.address().port}`));
server.on('connection', (socket, request) => {
  console.log(`connected ${request.url} ${socket.protocol} ${socket.extensions}`);
  socket.on('ping', (data) => console.log(`ping ${data}`));
  socket.on('close', (code, reason) => console.log(`closed ${code} ${reason}`));
  socket.on('error', (error) => console.log(`error ${error.message}`));
  socket.on('message', (data, isBinary) => {
    if (!isBinary && data.toString() === 'close me') socket.close(4001, 'as you wish');
    else socket.send(data, { binary: isBinary });
  });
});
