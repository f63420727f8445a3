using System.Text;
using Amqp.Framing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using Xunit.Abstractions;

namespace TraceMQ.Tests.EventHubs.Server;

/// <summary>What our hub does under load.</summary>
[Trait("Category", "Long")]
public sealed class MillionEventsTests(ITestOutputHelper output)
{
    private const int Events = 1_000_000;
    private const int BatchSize = 500;

    [Fact]
    public async Task A_million_events_come_in_order_and_none_is_missing()
    {
        await using var hub = await LocalHubServer.StartAsync(("eventhubs.retention_bytes", "1GB"));
        await using var sending = await LiteClient.OpenAsync(hub);
        await using var reading = await LiteClient.OpenAsync(hub);
        using var stop = new CancellationTokenSource();
        var listed = Task.Run(() => CountListed(hub, stop.Token));
        var started = TimeProvider.System.GetTimestamp();

        var read = ReadAsync(reading);
        await SendAsync(sending);
        var taken = TimeProvider.System.GetElapsedTime(started);
        await read;
        var all = TimeProvider.System.GetElapsedTime(started);

        await Surroundings.UntilAsync(() => hub.Surroundings.Inbox.Received == Events, "all are listed");
        await stop.CancelAsync();
        Assert.Equal(Events, await listed);
        output.WriteLine($"taken in {Events / taken.TotalSeconds:N0}/s, read back {Events / all.TotalSeconds:N0}/s");
    }

    private static int CountListed(LocalHubServer hub, CancellationToken stop)
    {
        var messages = new List<Message>();
        var count = 0;
        while (!stop.IsCancellationRequested)
        {
            hub.Surroundings.Inbox.Drain(messages, 1_000);
            foreach (var message in messages)
                Assert.Equal(count++, message.Details.Find("sequence")?.Number);
            if (messages.Count == 0)
                stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(1));
            messages.Clear();
        }

        return count;
    }

    private static async Task SendAsync(LiteClient client)
    {
        var sender = await client.SenderAsync($"{LocalHubServer.Hub}/Partitions/0");
        using var window = new SemaphoreSlim(20);
        var failure = "";
        for (var i = 0; i < Events; i += BatchSize)
        {
            await window.WaitAsync();
            var first = i;
            sender.Send(
                LiteClient.Batch(Enumerable.Range(first, BatchSize).Select(number => LiteClient.Event(Text(number)))),
                (_, _, outcome, _) =>
                {
                    if (outcome is not Accepted)
                        failure = outcome?.ToString() ?? "none";
                    window.Release();
                },
                state: null
            );
        }

        for (var i = 0; i < 20; i++)
            await window.WaitAsync();
        Assert.Equal("", failure);
    }

    private static async Task ReadAsync(LiteClient client)
    {
        var receiver = await client.ReceiverAsync("0");
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var next = 0;
        receiver.Start(
            2_000,
            (link, message) =>
            {
                if (Encoding.UTF8.GetString(((Data)message.BodySection).Binary) != Text(next))
                    done.TrySetException(new InvalidOperationException($"event {next} is another one"));
                link.Accept(message);
                if (++next == Events)
                    done.TrySetResult();
            }
        );
        await done.Task.WaitAsync(TimeSpan.FromMinutes(3));
    }

    private static string Text(int number) => $"{{\"celsius\":812.4,\"kiln\":{number % 7},\"number\":{number}}}";
}
