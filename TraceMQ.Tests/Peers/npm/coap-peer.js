// npm coap in both directions. Arguments: "server" for a server on a port of its own choice with /hello, /ticks (observable), /large and
// POST to /echo; or "client" and the address of a server: gets, observes, puts in blocks and posts there, and says what came.
const coap = require('coap');

const large = 'large '.repeat(500);
if (process.argv[2] === 'server') {
  const server = coap.createServer();
  let ticks = 0;
  server.on('request', (request, response) => {
    const path = request.url.split('?')[0];
    if (path === '/hello') response.end('hello from npm');
    else if (path === '/large') response.end(large);
    else if (path === '/echo') {
      response.code = '2.04';
      response.end(request.payload);
    } else if (path === '/ticks' && request.headers.Observe === 0) {
      response.write(`tick ${ticks++}`);
      const timer = setInterval(() => response.write(`tick ${ticks++}`), 100);
      response.on('finish', () => clearInterval(timer));
    } else {
      response.code = '4.04';
      response.end();
    }
  });
  server.listen(0, '127.0.0.1', () => console.log(`port ${server._sock.address().port}`));
} else {
  const url = new URL(process.argv[3]);
  // An agent of its own for each: a shared one closes its socket behind the answer.
  const agent = () => new coap.Agent({ type: 'udp4' });
  const ask = (method, pathname, payload, options) =>
    new Promise((resolve, reject) => {
      const request = coap.request({ hostname: url.hostname, port: url.port, method, pathname, agent: agent(), ...options });
      request.on('response', (response) => resolve(response));
      request.on('error', reject);
      request.end(payload);
    });
  (async () => {
    const hello = await ask('GET', '/hello');
    console.log(`get ${hello.code} ${hello.payload}`);
    const request = coap.request({ hostname: url.hostname, port: url.port, method: 'PUT', pathname: '/large', agent: agent() });
    request.setOption('Block1', Buffer.from([2]));
    request.on('response', async (put) => {
      console.log(`put ${put.code}`);
      const back = await ask('GET', '/large');
      console.log(`large ${back.code} ${back.payload.toString() === large} ${back.payload.length}`);
      const observed = await ask('GET', '/hello', undefined, { observe: true });
      observed.on('data', (state) => console.log(`state ${state}`));
      console.log('observing');
    });
    request.end(large);
  })();
}
