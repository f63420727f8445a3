// A client: npm mqtt. Arguments: URL, version (3, 4, 5), then name=value for ca, cert, key (files), username, password.
// Subscribes to news/#, publishes to from/npm with QoS 2 and retained, prints what it gets.
const { readFileSync } = require('fs');
const mqtt = require('mqtt');

const [url, version, ...rest] = process.argv.slice(2);
const more = Object.fromEntries(rest.map((text) => text.split('=')));
for (const file of ['ca', 'cert', 'key']) if (more[file]) more[file] = readFileSync(more[file]);

const client = mqtt.connect(url, {
  protocolVersion: Number(version),
  protocolId: version === '3' ? 'MQIsdp' : 'MQTT',
  clientId: 'npm-client',
  reconnectPeriod: 0,
  connectTimeout: 10000,
  ...more,
});

client.on('connect', () => {
  console.log('connected');
  client.subscribe('news/#', { qos: 1 }, (error, granted) => {
    console.log(error ? `failed ${error.message}` : `granted ${granted[0].qos}`);
    const properties = version === '5' ? { userProperties: { from: 'npm' }, contentType: 'text/plain' } : undefined;
    client.publish('from/npm', 'hello', { qos: 2, retain: true, properties }, (failure) =>
      console.log(failure ? `failed ${failure.message}` : 'published'),
    );
  });
});
client.on('message', (topic, payload, packet) => console.log(`message ${topic} ${payload} ${packet.qos}`));
client.on('error', (error) => {
  console.log(`failed ${error.message}`);
  process.exit(1);
});
client.on('close', () => {
  console.log('closed');
  process.exit(0);
});
process.stdin.on('end', () => client.end());
process.stdin.resume();
