using TraceMQ.Tests.Peers;

namespace TraceMQ.Tests.Nats.Server;

public sealed class NpmNatsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("open-sesame")]
    public async Task A_foreign_client_works_with_our_server_as_with_its_own(string token)
    {
        await using var server = await OwnNatsServer.StartAsync(token.Length == 0 ? [] : [("auth.token", token)]);
        await using var client = NodePeer.Start(
            "nats-client.mjs",
            token.Length == 0 ? [$"127.0.0.1:{server.Port}"] : [$"127.0.0.1:{server.Port}", token]
        );

        await client.LineAsync("done");

        Assert.Equal(
            "message plant.kiln 812 C\nreply 42\nshared 100 true\nnobody 503\ndone\n",
            client.Output.TrimStart('\n').TrimEnd('\n') + "\n"
        );
        Assert.Equal(
            "812",
            System.Text.Encoding.UTF8.GetString((await server.Surroundings.NextInAsync("plant.kiln")).Payload.Span)
        );
    }
}
