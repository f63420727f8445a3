using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Coap;

/// <summary>npm's coap as our server and as our client, and coap-cli.</summary>
public sealed class NpmCoapTests
{
    [Fact]
    public async Task Their_server_and_our_client()
    {
        await using var server = NodePeer.Start("coap-peer.js", "server");
        var port = await server.LineAsync("port ");
        var surroundings = new Surroundings();
        await using var client = await CoapProfiles.ConnectAsync(
            $"coap://127.0.0.1:{port}",
            surroundings,
            ("coap.ack_timeout", "500ms")
        );

        await client.PublishAsync(CoapProfiles.Message("", "/hello", ("method", "GET")), CancellationToken.None);
        Assert.Equal("hello from npm", CoapProfiles.Text(await surroundings.NextInAsync("/hello")));
        await client.PublishAsync(CoapProfiles.Message("", "/large", ("method", "GET")), CancellationToken.None);
        Assert.Equal(3000, (await surroundings.NextInAsync("/large")).Payload.Length);
        var posted = await client.PublishAsync(
            CoapProfiles.Message(new string('p', 2500), "/echo", ("method", "POST")),
            CancellationToken.None
        );
        Assert.True(posted.IsAccepted, posted.Text);
        Assert.Equal(new string('p', 2500), CoapProfiles.Text(await surroundings.NextInAsync("/echo")));

        var observed = await client.SubscribeAsync(new Subscription("/ticks"), null, CancellationToken.None);
        Assert.True(observed.IsAccepted, observed.Text);
        var first = CoapProfiles.Text(await surroundings.NextInAsync("/ticks"));
        Assert.NotEqual(first, CoapProfiles.Text(await surroundings.NextInAsync("/ticks")));
    }

    [Fact]
    public async Task Their_client_and_our_server()
    {
        await using var server = await CoapServed.StartAsync(("coap.resources", "/hello=hello from here"));
        await using var client = NodePeer.Start("coap-peer.js", "client", server.Url);

        Assert.Equal("2.05 hello from here", await client.LineAsync("get "));
        Assert.Equal("2.01", await client.LineAsync("put "));
        Assert.Equal("2.05 true 3000", await client.LineAsync("large "));
        await client.LineAsync("observing");
        await server.PutAsync("/hello", "changed");
        await Surroundings.UntilAsync(
            () => client.Output.Contains("state changed", StringComparison.Ordinal),
            "the notification"
        );
    }

    [Fact]
    public async Task Coap_cli_gets_and_puts()
    {
        await using var server = await CoapServed.StartAsync(("coap.resources", "/hello=hello from here"));
        await using (
            var put = NodePeer.Start("node_modules/coap-cli/index.js", "put", $"{server.Url}/made", "-p", "by hand")
        )
            Assert.Contains("2.01", await put.EndAsync(), StringComparison.Ordinal);
        await using var got = NodePeer.Start("node_modules/coap-cli/index.js", "get", $"{server.Url}/made");
        Assert.Contains("by hand", await got.EndAsync(), StringComparison.Ordinal);
    }
}
