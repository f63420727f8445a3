// Publishes, subscribes, asks and answers at a server: node nats-client.mjs URL [TOKEN]. It prints a line for each thing that worked.
import { connect, headers, StringCodec } from "nats";

const [url, token] = process.argv.slice(2);
const codec = StringCodec();
const options = { servers: url, token, name: "npm", reconnect: false };

const one = await connect(options);
const two = await connect(options);

const got = one.subscribe("plant.*", { max: 1 });
const extra = headers();
extra.append("unit", "C");
await one.flush();
two.publish("plant.kiln", codec.encode("812"), { headers: extra });
for await (const message of got) console.log(`message ${message.subject} ${codec.decode(message.data)} ${message.headers.get("unit")}`);

one.subscribe("double", { callback: (_, message) => message.respond(codec.encode(`${2 * Number(codec.decode(message.data))}`)) });
await one.flush();
console.log(`reply ${codec.decode((await two.request("double", codec.encode("21"), { timeout: 5000 })).data)}`);

const workers = [0, 0];
for (const [at, client] of [one, two].entries())
  client.subscribe("jobs", { queue: "workers", callback: () => { workers[at]++; } });
await one.flush();
await two.flush();
for (let i = 0; i < 100; i++) two.publish("jobs", codec.encode(`${i}`));
await two.flush();
await one.flush();
console.log(`shared ${workers[0] + workers[1]} ${workers[0] > 0 && workers[1] > 0}`);

try {
  await two.request("nobody", codec.encode("?"), { timeout: 5000 });
} catch (error) {
  console.log(`nobody ${error.code}`);
}

await one.drain();
await two.drain();
console.log("done");
