// A server: npm ws, on a port of its own choice. Arguments: what it does with a message (echo, broadcast), and the user name and password that
// clients need.
const { WebSocketServer } = require('ws');

const [mode, user, password] = process.argv.slice(2);
const expected = user && 'Basic ' + Buffer.from(`${user}:${password}`).toString('base64');
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: { threshold: 0 },
  verifyClient: (info, done) => done(!expected || info.req.headers.authorization === expected, 401, 'Unauthorized'),
});
server.on('listening', () => console.log(`port ${server.address().port}`));
server.on('connection', (socket, request) => {
  console.log(`connected ${request.url} ${JSON.stringify(request.headers)}`);
  socket.on('error', (error) => console.log(`error ${error.message}`));
  socket.on('ping', (data) => console.log(`ping ${data}`));
  socket.on('pong', (data) => console.log(`pong ${data}`));
  socket.on('close', (code, reason) => console.log(`closed ${code} ${reason}`));
  socket.on('message', (data, isBinary) => {
    const text = data.toString();
    console.log(`message ${isBinary ? 'binary' : 'text'} ${data.length} ${text.slice(0, 60)}`);
    if (text === 'ping me') socket.ping('are you there');
    else if (text.startsWith('close ')) socket.close(Number(text.split(' ')[1]), text.split(' ').slice(2).join(' '));
    else if (text === 'fragments') {
      socket.send('frag', { fin: false, compress: false });
      socket.send('ment', { fin: false, compress: false });
      socket.send('s', { fin: true, compress: false });
    } else if (text === 'break a rule') socket._socket.write(Buffer.from([0x83, 0x01, 0x41]));
    else for (const to of mode === 'echo' ? [socket] : server.clients) to.send(data, { binary: isBinary });
  });
});
