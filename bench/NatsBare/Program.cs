using System.Globalization;
using System.Threading.Channels;
using NATS.Client.Core;

// nats-bare URL SUBJECT COUNT: the library's own loop. It says when it listens and when all have come, and does nothing with them.
var count = long.Parse(args[2], CultureInfo.InvariantCulture);
await using var connection = new NatsConnection(
    new NatsOpts
    {
        Url = args[0],
        // The screen's inbox has as much room; and here nothing may be dropped, or the end never comes.
        SubPendingChannelCapacity = 65_536,
        SubPendingChannelFullMode = BoundedChannelFullMode.Wait,
    }
);
await using var subscription = await connection
    .SubscribeCoreAsync(args[1], serializer: NatsRawSerializer<byte[]>.Default)
    .ConfigureAwait(false);
await connection.PingAsync().ConfigureAwait(false);
await Console.Out.WriteLineAsync("listening").ConfigureAwait(false);
var bytes = 0L;
await foreach (var message in subscription.Msgs.ReadAllAsync().ConfigureAwait(false))
{
    bytes += message.Data?.Length ?? 0;
    if (--count == 0)
        break;
}

await Console.Out.WriteLineAsync($"{bytes}").ConfigureAwait(false);
