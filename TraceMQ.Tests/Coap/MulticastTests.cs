using System.Net;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Coap.Client;

namespace TraceMQ.Tests.Coap;

/// <summary>Who is there: libcoap and our own server, asked in a group.</summary>
public sealed class MulticastTests
{
    // Of the block for documentation (RFC 6676): no device of the real group is asked.
    private const string Group = "233.252.0.187";

    [Fact]
    public async Task Servers_of_a_group_are_found()
    {
        var port = FreePorts.Pair();
        await using var theirs = PeerProcess.Start(
            "coap-server-notls",
            "libcoap3-bin",
            "-p",
            port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "-g",
            Group
        );

        var found = await FindAsync(port);

        Assert.Contains("/time", found.FactOf("some of them"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_server_answers_its_group_and_a_confirmable_request_to_it_makes_no_client()
    {
        await using var server = await CoapServed.StartAsync(
            "coap://0.0.0.0:0",
            ("coap.group", Group),
            ("coap.resources", "/here=1")
        );
        using (var rude = new RawCoap(new IPEndPoint(IPAddress.Parse(Group), server.Port)))
            await rude.SendAsync("40 01 00 01");

        var found = await FindAsync(server.Port);

        Assert.Contains("/here", found.FactOf("some of them"), StringComparison.Ordinal);
        Assert.Equal("1", server.Session.Facts.Single(fact => fact.Label == "clients").Value);
    }

    private static async Task<Node> FindAsync(int port)
    {
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        // The first question may come before the program listens.
        while (true)
        {
            var found = MulticastDiscovery.FindAsync(
                new IPEndPoint(IPAddress.Parse(Group), port),
                TimeSpan.FromSeconds(6),
                new Surroundings().Context,
                timeout.Token
            );
            await foreach (var node in found)
                return node;
        }
    }
}
