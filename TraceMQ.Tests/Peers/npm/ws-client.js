// A client: npm ws. Arguments: URL, "deflate" to offer compression. Sends messages of many lengths, checks that they come back, pings, closes.
const { WebSocket } = require('ws');

const socket = new WebSocket(process.argv[2], ['v1.chat'], {
  perMessageDeflate: process.argv[3] === 'deflate' ? { threshold: 0 } : false,
  maxPayload: 64 << 20,
});
const lengths = [0, 1, 125, 126, 65535, 65536, 1000000];
const sent = [];
let received = 0;

function payload(length) {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = 97 + ((i * i) % 26);
  return bytes;
}

socket.on('open', () => {
  console.log(`open ${socket.protocol} ${socket.extensions}`);
  for (const length of lengths) {
    for (const binary of [false, true]) {
      const bytes = payload(length);
      sent.push(bytes);
      socket.send(bytes, { binary });
    }
  }
  const whole = payload(3000);
  sent.push(whole);
  socket.send(whole.subarray(0, 1000), { binary: true, fin: false });
  socket.send(whole.subarray(1000, 1000), { binary: true, fin: false });
  socket.send(whole.subarray(1000), { binary: true, fin: true });
});
socket.on('message', (data, isBinary) => {
  const expected = sent[received++];
  if (!data.equals(expected)) {
    console.log(`wrong message ${received} of ${data.length} bytes, binary ${isBinary}`);
    process.exit(1);
  }
  if (received === sent.length) {
    console.log(`echoed ${received}`);
    socket.ping('are you there');
  }
});
socket.on('pong', (data) => {
  console.log(`pong ${data}`);
  socket.close(4002, 'done');
});
socket.on('close', (code, reason) => {
  console.log(`closed ${code} ${reason}`);
  process.exit(0);
});
socket.on('error', (error) => console.log(`error ${error.message}`));
