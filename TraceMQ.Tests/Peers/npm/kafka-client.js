// A foreign Kafka client (kafkajs): writes records, or reads them in a group, a line of JSON each.
//   node kafka-client.js produce BROKER TOPIC [KEY=VALUE]...     headers: kind=test, raw=0x00ff
//   node kafka-client.js consume BROKER TOPIC GROUP COUNT
const { Kafka, logLevel } = require("kafkajs");

const [command, broker, topic, ...rest] = process.argv.slice(2);
const kafka = new Kafka({ clientId: "kafkajs", brokers: [broker], logLevel: logLevel.ERROR });

async function produce(pairs) {
  // kafkajs picks partitions as Java's clients do, murmur2 of the key.
  const { Partitioners } = require("kafkajs");
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const value = pair.slice(at + 1);
    const [written] = await producer.send({
      topic,
      messages: [
        {
          key: at > 0 ? pair.slice(0, at) : null,
          value: value === "null" ? null : value,
          headers: { kind: "test", raw: Buffer.from([0, 255]) },
        },
      ],
    });
    console.log(`written ${written.partition} ${written.baseOffset}`);
  }
  await producer.disconnect();
}

async function consume(group, count) {
  const consumer = kafka.consumer({ groupId: group, retry: { retries: 10 } });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let left = Number(count);
  await new Promise((resolve, reject) => {
    consumer.on(consumer.events.CRASH, (event) => reject(event.payload.error));
    consumer
      .run({
        eachMessage: async ({ partition, message }) => {
          const headers = Object.fromEntries(
            Object.entries(message.headers).map(([name, value]) => [name, value.toString("hex")]),
          );
          console.log(
            "record " +
              JSON.stringify({
                partition,
                offset: message.offset,
                key: message.key && message.key.toString("hex"),
                value: message.value && message.value.toString(),
                headers,
              }),
          );
          if (--left === 0) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  console.log("done");
}

(command === "produce" ? produce(rest) : consume(...rest)).catch((error) => {
  console.log("failed " + error);
  process.exit(1);
});
