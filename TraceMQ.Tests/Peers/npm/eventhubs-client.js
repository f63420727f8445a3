// A client: npm @azure/event-hubs, Microsoft's own. Arguments: scenario, connection string, then name=value: way (ws, wss; else the connection
// string says it), ca, cert, key (files), partition, count, group. Prints a line for each result and ends with "done" or "failed CODE".
const { readFileSync } = require('fs');
const tls = require('tls');
const { WebSocket } = require('ws');
const {
  EventHubProducerClient,
  EventHubConsumerClient,
  EventHubBufferedProducerClient,
  earliestEventPosition,
  latestEventPosition,
} = require('@azure/event-hubs');

const [scenario, connectionString, ...rest] = process.argv.slice(2);
const more = Object.fromEntries(rest.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));
const files = {};
for (const file of ['ca', 'cert', 'key']) if (more[file]) files[file] = readFileSync(more[file]);

// The client has no setting for authorities: every TLS connection of this process gets them.
const connect = tls.connect;
tls.connect = (...all) => {
  const options = all.findIndex((item) => item && typeof item === 'object');
  if (options >= 0) all[options] = { ...all[options], ...files };
  return connect.apply(tls, all);
};

// It knows wss:// only.
class PlainWebSocket extends WebSocket {
  constructor(url, protocols, options) {
    super(more.way === 'ws' ? url.replace('wss:', 'ws:') : url, protocols, { ...options, ...files });
  }
}

const options = { retryOptions: { maxRetries: 0, timeoutInMs: 10000 } };
if (more.way) options.webSocketOptions = { webSocket: PlainWebSocket };
const group = more.group ?? '$Default';
const partition = more.partition ?? '0';
const count = Number(more.count ?? 10);
const say = (...words) => console.log(words.join(' '));
const producer = () => new EventHubProducerClient(connectionString, options);
const consumer = () => new EventHubConsumerClient(group, connectionString, options);

async function send(client, bodies, where) {
  const batch = await client.createBatch(where);
  for (const body of bodies) if (!batch.tryAdd(typeof body === 'object' && 'body' in body ? body : { body })) throw new Error('batch is full');
  await client.sendBatch(batch);
  return batch;
}

// Reads until there are so many, or until nothing came for a while; gives the events.
function read(client, startPosition, wanted, more = {}) {
  return new Promise((resolve, reject) => {
    const events = [];
    const subscription = client.subscribe(
      more.partition ?? partition,
      {
        processEvents: async (batch, context) => {
          for (const event of batch) events.push(Object.assign(event, { last: context.lastEnqueuedEventProperties }));
          if (more.each) await more.each(batch);
          if (events.length >= wanted) {
            setImmediate(() => subscription.close().then(() => resolve(events), reject));
            wanted = Infinity;
          }
        },
        processInitialize: async () => more.ready && more.ready(),
        processError: async (error) => reject(error),
      },
      { startPosition, maxBatchSize: 50, maxWaitTimeInSeconds: 1, ...more.options },
    );
  });
}

const numbers = (n) => Array.from({ length: n }, (_, i) => `event ${i}`);
const bodies = (events) => events.map((event) => event.body).join(',');
const sequences = (events) => events.map((event) => event.sequenceNumber).join(',');

const scenarios = {
  async properties() {
    const client = producer();
    const hub = await client.getEventHubProperties();
    say('hub', hub.name, hub.partitionIds.join(','), Math.abs(Date.now() - hub.createdOn) < 600000);
    for (const id of hub.partitionIds) {
      const state = await client.getPartitionProperties(id);
      say('partition', state.partitionId, state.isEmpty, state.beginningSequenceNumber, state.lastEnqueuedSequenceNumber, state.lastEnqueuedOffset);
    }
    await client.close();
  },

  async send() {
    const client = producer();
    const batch = await send(client, numbers(count), { partitionKey: 'kiln-1' });
    say('limit', batch.maxSizeInBytes);
    await send(client, numbers(3), { partitionId: '1' });
    await client.sendBatch([{ body: Buffer.from('raw'), contentType: 'text/plain', messageId: 'm1', correlationId: 7, properties: { site: 'north', n: 4 } }]);
    for (const id of await client.getPartitionIds()) {
      const state = await client.getPartitionProperties(id);
      say('partition', id, state.isEmpty ? 0 : state.lastEnqueuedSequenceNumber + 1);
    }
    await client.close();
  },

  async positions() {
    const sending = producer();
    const client = consumer();
    await send(sending, numbers(10), { partitionId: partition });
    const all = await read(client, earliestEventPosition, 10);
    say('earliest', sequences(all), bodies(all).length);
    const fifth = all[5];
    say('after sequence', sequences(await read(client, { sequenceNumber: 5 }, 4)));
    say('from sequence', sequences(await read(client, { sequenceNumber: 5, isInclusive: true }, 5)));
    say('after offset', sequences(await read(client, { offset: fifth.offset }, 4)));
    say('from offset', sequences(await read(client, { offset: fifth.offset, isInclusive: true }, 5)));
    // Nobody says when a reader is there: events are sent until it has got one.
    let sent = 10;
    let newest;
    const latest = read(client, latestEventPosition, 1, { options: { maxWaitTimeInSeconds: 30 } }).then((events) => (newest = events[0]));
    while (!newest) await send(sending, [`newer ${sent++}`], { partitionId: partition });
    await latest;
    say('latest', newest.sequenceNumber >= 10, newest.body === `newer ${newest.sequenceNumber}`);
    const [later] = await read(client, { enqueuedOn: all[9].enqueuedTimeUtc }, 1);
    say('after time', later.enqueuedTimeUtc > all[9].enqueuedTimeUtc, later.sequenceNumber >= 10);
    const [first] = await read(client, earliestEventPosition, 1, { options: { trackLastEnqueuedEventProperties: true } });
    say('metric', first.last.sequenceNumber === sent - 1, first.last.offset > 0, first.last.enqueuedOn >= later.enqueuedTimeUtc);
    await sending.close();
    await client.close();
  },

  async bodies() {
    const sending = producer();
    const client = consumer();
    const sent = [
      { body: Buffer.from([0, 255, 1]), bodyType: 'data' },
      { body: 'a value', bodyType: 'value' },
      { body: { map: [1, 'two', null, true] }, bodyType: 'value' },
      { body: [['a', 1], ['b', 2]], bodyType: 'sequence' },
    ];
    for (const message of sent)
      await sending.sendBatch([
        { ...message, messageAnnotations: { 'x-mine': 'kept' }, applicationProperties: { kind: message.bodyType }, properties: { subject: 'about', messageId: 'id' } },
      ], { partitionId: partition });
    const events = await read(client, earliestEventPosition, 4);
    for (const event of events) {
      const raw = event.getRawAmqpMessage();
      say('body', raw.bodyType, JSON.stringify(raw.body.content ?? raw.body), raw.messageAnnotations['x-mine'], raw.applicationProperties.kind, raw.properties.subject);
    }
    await sending.close();
    await client.close();
  },

  async owner() {
    const clients = Array.from({ length: 4 }, consumer);
    const hold = (name, client, level) => {
      const hold = {};
      hold.ended = new Promise((ended) => {
        hold.started = new Promise((started) => {
          client.subscribe(
            partition,
            {
              processEvents: async (batch) => batch.length > 0 && started(),
              processError: async (error) => {
                say(name, 'lost', error.code);
                ended();
              },
            },
            { startPosition: earliestEventPosition, ownerLevel: level, maxWaitTimeInSeconds: 1 },
          );
        });
      });
      return hold;
    };
    const sending = producer();
    await send(sending, ['one'], { partitionId: partition });
    const first = hold('first', clients[0], 1);
    await first.started;
    const second = hold('second', clients[1], 5);
    await second.started;
    await first.ended;
    await hold('lower', clients[2], 2).ended;
    await hold('none', clients[3], undefined).ended;
    say('second holds');
    for (const client of clients) await client.close();
    await sending.close();
  },

  async buffered() {
    const client = new EventHubBufferedProducerClient(connectionString, {
      ...options,
      maxWaitTimeInMs: 200,
      onSendEventsSuccessHandler: async (context) => say('sent', context.partitionId, context.events.length),
      onSendEventsErrorHandler: async (context) => say('error', context.error),
    });
    for (let i = 0; i < count; i++) await client.enqueueEvent({ body: `event ${i}` }, { partitionKey: `key ${i % 17}` });
    await client.flush();
    await client.close();
  },

  async receive() {
    const client = consumer();
    const events = await read(client, earliestEventPosition, count, { each: async (batch) => batch.forEach((event) => say('event', event.sequenceNumber, event.partitionKey ?? '-', event.body)) });
    say('received', events.length);
    await client.close();
  },

  async readers() {
    const clients = [];
    const sending = producer();
    await send(sending, ['one'], { partitionId: partition });
    await sending.close();
    for (let i = 0; i < 6; i++) {
      const client = consumer();
      clients.push(client);
      await new Promise((resolve) => {
        client.subscribe(
          partition,
          {
            processEvents: async (batch) => batch.length > 0 && resolve(),
            processError: async (error) => {
              say('reader', i, 'refused', error.code);
              resolve();
            },
          },
          { startPosition: earliestEventPosition, maxWaitTimeInSeconds: 1 },
        );
      });
    }
    for (const client of clients) await client.close();
  },

  async partition() {
    const client = producer();
    try {
      await client.getPartitionProperties(partition);
      say('found');
    } catch (error) {
      say('failed', error.code);
    }
    const reading = consumer();
    await read(reading, earliestEventPosition, 1).catch((error) => say('failed', error.code));
    await send(client, ['x'], { partitionId: partition }).catch((error) => say('failed', error.code));
    await client.close();
    await reading.close();
  },

  async many() {
    const sending = producer();
    const client = consumer();
    const started = Date.now();
    const reading = read(client, earliestEventPosition, count, { options: { maxBatchSize: 1000 } });
    for (let sent = 0; sent < count; ) {
      const batch = await sending.createBatch({ partitionId: partition });
      while (sent < count && batch.count < 500 && batch.tryAdd({ body: `event ${sent}` })) sent++;
      await sending.sendBatch(batch);
    }
    const events = await reading;
    const inOrder = events.every((event, i) => event.body === `event ${i}` && event.sequenceNumber === i);
    say('many', events.length, inOrder, Date.now() - started);
    await sending.close();
    await client.close();
  },
};

scenarios[scenario]().then(
  () => {
    say('done');
    process.exit(0);
  },
  (error) => {
    say('failed', error.code ?? error.message);
    say(error.message);
    process.exit(0);
  },
);
