using System.Globalization;
using System.Text;
using TraceMQ.Tests.Docs;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.EventHubs.Server;

/// <summary>Our hub with Qpid Proton as its client, which knows AMQP 1.0 and nothing of Event Hubs.</summary>
public sealed class ProtonTests
{
    [Fact]
    public async Task It_sends_and_is_listed_with_all_that_it_says()
    {
        await using var hub = await LocalHubServer.StartAsync();

        var output = await RunAsync(hub, "send", "telemetry", count: 1_000);

        Assert.Contains("sent 1000", output, StringComparison.Ordinal);
        for (var i = 0; i < 1_000; i++)
        {
            var message = await hub.Surroundings.NextAsync(_ => true);
            Assert.Equal("3", message.Topic);
            Assert.Equal($"proton {i}", Encoding.UTF8.GetString(message.Payload.Span));
            Assert.Contains(new Header("site", "north"), message.Headers);
            Assert.Contains("subject=kiln", message.Details.Find("properties")?.Text, StringComparison.Ordinal);
            Assert.Equal("value: string", message.Details.Find("body")?.Text);
        }
    }

    [Fact]
    public async Task It_reads_what_is_there_and_what_comes()
    {
        await using var hub = await LocalHubServer.StartAsync();
        for (var i = 0; i < 50; i++)
            await MicrosoftClientTests.PublishAsync(hub, "2", $"{i}");
        await using var client = Start(hub, "receive", "telemetry/ConsumerGroups/$Default/Partitions/2", 51);
        await client.LineAsync("event 49 None 49");

        await MicrosoftClientTests.PublishAsync(hub, "2", "newest");

        await client.LineAsync("event 50 None newest");
        await client.LineAsync("done");
    }

    [Theory]
    [InlineData("telemetry/Partitions/9", "failed com.microsoft:argument-out-of-range")]
    [InlineData("other", "failed amqp:not-found")]
    public async Task What_is_not_there_is_refused(string address, string expected)
    {
        await using var hub = await LocalHubServer.StartAsync();

        Assert.Contains(expected, await RunAsync(hub, "send", address, 1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        await using var hub = await LocalHubServer.StartAsync();

        var output = await RunAsync(hub, "send", "telemetry", 1, "d3Jvbmc=");

        Assert.Contains("failed amqp:unauthorized-access", output, StringComparison.Ordinal);
    }

    private static PeerProcess Start(
        LocalHubServer hub,
        string action,
        string address,
        int count,
        string key = LocalHubServer.Key
    ) =>
        PeerProcess.Start(
            // Not any python: the one that Debian's packages are for.
            "/usr/bin/python3",
            "python3-qpid-proton",
            Repository.PathOf("TraceMQ.Tests/Peers/proton/hub-client.py"),
            action,
            $"amqp://127.0.0.1:{hub.Port}",
            address,
            LocalHubServer.KeyName,
            key,
            count.ToString(CultureInfo.InvariantCulture)
        );

    private static async Task<string> RunAsync(
        LocalHubServer hub,
        string action,
        string address,
        int count,
        string key = LocalHubServer.Key
    )
    {
        await using var client = Start(hub, action, address, count, key);
        return await client.EndAsync();
    }
}
