using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Coap;

/// <summary>The objectives of the CoAP plug tests (ETSI TS 103 596) with our client and the server of libcoap.</summary>
public sealed class PlugClientTests : IAsyncLifetime
{
    private readonly Surroundings _surroundings = new();
    private PeerProcess _server = null!;
    private ISession _client = null!;

    public async Task InitializeAsync()
    {
        (_server, var port) = await Libcoap.ServeAsync("notls");
        _client = await CoapProfiles.ConnectAsync(
            $"coap://127.0.0.1:{port}",
            _surroundings,
            ("coap.ack_timeout", "200ms")
        );
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("CORE_01", "true", "ACK")]
    [InlineData("CORE_05", "false", "NON")]
    public async Task CORE_GET(string objective, string confirmable, string type)
    {
        Assert.StartsWith("CORE_", objective, StringComparison.Ordinal);
        var answer = await AskAsync("/", "", ("method", "GET"), ("confirmable", confirmable));
        Assert.Equal("2.05 Content", Detail(answer, "code"));
        Assert.Equal(type, Detail(answer, "type"));
        Assert.Contains("libcoap", CoapProfiles.Text(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CORE_03 and CORE_02", "true")]
    [InlineData("CORE_07 and CORE_06", "false")]
    public async Task CORE_PUT_and_DELETE(string objective, string confirmable)
    {
        Assert.StartsWith("CORE_", objective, StringComparison.Ordinal);
        var kind = ("confirmable", confirmable);
        Assert.StartsWith("2.01", (await PutAsync("/made", "one", kind)).Text, StringComparison.Ordinal);
        Assert.StartsWith("2.04", (await PutAsync("/made", "two", kind)).Text, StringComparison.Ordinal);
        Assert.Equal("two", CoapProfiles.Text(await AskAsync("/made", "", ("method", "GET"), kind)));
        Assert.StartsWith(
            "2.02",
            (await PutAsync("/made", "", kind, ("method", "DELETE"))).Text,
            StringComparison.Ordinal
        );
        var gone = await PutAsync("/made", "", kind, ("method", "GET"));
        Assert.False(gone.IsAccepted);
        Assert.StartsWith("4.04 Not Found", gone.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CORE_09_separate_response()
    {
        var answer = await AskAsync("/async?1", "", ("method", "GET"));
        Assert.Equal("CON", Detail(answer, "type"));
        Assert.Equal("2.05 Content", Detail(answer, "code"));
        Assert.Equal("done", CoapProfiles.Text(answer));
    }

    [Fact]
    public async Task CORE_13_and_14_paths_and_queries_of_several_parts()
    {
        await PutAsync("/seg1/seg2/seg3", "deep");
        Assert.Equal("deep", CoapProfiles.Text(await AskAsync("/seg1/seg2/seg3", "", ("method", "GET"))));
        // The server tells a date, unless it is asked for ticks.
        Assert.Matches("^[A-Z]", CoapProfiles.Text(await AskAsync("/time", "", ("method", "GET"))));
        Assert.Matches("^[0-9]+$", CoapProfiles.Text(await AskAsync("/time?ticks", "", ("method", "GET"))));
    }

    [Fact]
    public async Task LINK_02_a_filter_is_sent_on()
    {
        var all = CoapProfiles.Text(await AskAsync("/.well-known/core", "", ("method", "GET")));
        var some = CoapProfiles.Text(await AskAsync("/.well-known/core?rt=ticks", "", ("method", "GET")));
        Assert.Contains("</async>", all, StringComparison.Ordinal);
        Assert.Contains("</time>", some, StringComparison.Ordinal);
        Assert.DoesNotContain("</async>", some, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CORE_31_ping()
    {
        var browser = _client.Feature<TraceMQ.Transport.Browsing.IBrowsable>()!;
        await foreach (var node in browser.ListAsync(null, CancellationToken.None))
        {
            var call = new TraceMQ.Transport.Browsing.ActionCall(
                node.Actions.Single(action => action.Name == "ping"),
                TraceMQ.Transport.Settings.SettingValues.Empty
            );
            var result = await browser.RunAsync(
                await browser.PlanAsync(node.Path, call, CancellationToken.None),
                CancellationToken.None
            );
            Assert.True(result.IsDone, result.Text);
            Assert.StartsWith("It is there", result.Text, StringComparison.Ordinal);
            return;
        }
    }

    [Fact]
    public async Task LINK_01_what_the_server_has_is_listed()
    {
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        var browser = _client.Feature<TraceMQ.Transport.Browsing.IBrowsable>()!;
        await foreach (
            var node in browser.ListAsync(new TraceMQ.Transport.Browsing.NodePath("resources"), timeout.Token)
        )
        {
            if (node.Name != "/time")
                continue;
            Assert.Equal("can be", node.FactOf("observed"));
            Assert.Equal("text/plain", node.FactOf("format"));
            Assert.Equal("/time", node.Opens!.Topic);
            return;
        }

        Assert.Fail("there is no /time");
    }

    [Theory]
    [InlineData("BLOCK_01", "64")]
    [InlineData("BLOCK_02", "1024")]
    [InlineData("BLOCK_03", "16")]
    public async Task BLOCK_bodies_go_and_come_in_blocks(string objective, string size)
    {
        Assert.StartsWith("BLOCK_", objective, StringComparison.Ordinal);
        await using var client = await CoapProfiles.ConnectAsync(
            new Uri(_client.Facts.Count > 0 ? Url() : "").ToString().TrimEnd('/'),
            _surroundings,
            ("coap.block_size", size)
        );
        var body = string.Concat(Enumerable.Range(0, 700).Select(i => $"{i} "));

        var put = await client.PublishAsync(CoapProfiles.Message(body, "/large"), CancellationToken.None);
        Assert.True(put.IsAccepted, put.Text);
        await client.PublishAsync(CoapProfiles.Message("", "/large", ("method", "GET")), CancellationToken.None);

        var answer = await _surroundings.NextInAsync("/large");
        Assert.Equal(body, CoapProfiles.Text(answer));
        Assert.Equal(((body.Length + int.Parse(size) - 1) / int.Parse(size)).ToString(), Detail(answer, "blocks"));
    }

    [Fact]
    public async Task OBS_01_a_resource_is_observed_until_it_is_not_any_more()
    {
        var subscription = new Subscription("/time");
        var observed = await _client.SubscribeAsync(subscription, null, CancellationToken.None);
        Assert.True(observed.IsAccepted, observed.Text);
        var first = await _surroundings.NextInAsync("/time");
        var second = await _surroundings.NextInAsync("/time");
        Assert.NotEqual(CoapProfiles.Text(first), CoapProfiles.Text(second));
        Assert.True(long.Parse(Detail(second, "observe")) > long.Parse(Detail(first, "observe")));

        await _client.UnsubscribeAsync(subscription, CancellationToken.None);
        Assert.DoesNotContain("observes 1", _client.Facts.Select(fact => $"{fact.Label} {fact.Value}"));
    }

    [Fact]
    public async Task What_cannot_be_observed_is_told_so()
    {
        await PutAsync("/async", "", ("method", "GET"));
        var observed = await _client.SubscribeAsync(
            new Subscription("/.well-known/core"),
            null,
            CancellationToken.None
        );
        Assert.False(observed.IsAccepted);
        Assert.Contains("cannot be observed", observed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OBS_07_the_end_of_an_observed_resource_is_told()
    {
        await PutAsync("/short", "life");
        var observed = await _client.SubscribeAsync(new Subscription("/short"), null, CancellationToken.None);
        Assert.True(observed.IsAccepted, observed.Text);
        await PutAsync("/short", "", ("method", "DELETE"));
        await _surroundings.NoticeAsync("/short is not observed any more");
    }

    private string Url() => "coap://" + _client.Facts.Single(fact => fact.Label == "peer").Value;

    private static string Detail(Message message, string key) => message.Details.Find(key).ToString()!;

    private async Task<Message> AskAsync(string path, string content, params (string Key, string Value)[] options)
    {
        var result = await PutAsync(path, content, options);
        Assert.True(result.IsAccepted, result.Text);
        return await _surroundings.NextInAsync(path);
    }

    private Task<PublishResult> PutAsync(string path, string content, params (string Key, string Value)[] options) =>
        _client.PublishAsync(CoapProfiles.Message(content, path, options), CancellationToken.None);
}
