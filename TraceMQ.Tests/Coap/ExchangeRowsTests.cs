using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Coap;

/// <summary>What a client's exchanges look like in the list: a row each.</summary>
public sealed class ExchangeRowsTests : IAsyncLifetime
{
    private readonly Surroundings _surroundings = new();
    private CoapServed _server = null!;
    private ISession _client = null!;

    public async Task InitializeAsync()
    {
        _server = await CoapServed.StartAsync(("coap.resources", "/test=hello,/a%3Eb/c=1"));
        _client = await CoapProfiles.ConnectAsync(_server.Url, _surroundings, ("coap.response_timeout", "500ms"));
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", "", Direction.In, "2.05 Content", "hello")]
    [InlineData("PUT", "new", Direction.Out, "2.04 Changed", "new")]
    [InlineData("POST", "child", Direction.Out, "2.01 Created", "child")]
    [InlineData("DELETE", "", Direction.Out, "2.02 Deleted", "")]
    public async Task An_exchange_is_a_row_with_its_code_and_round_trip_time(
        string method,
        string sent,
        Direction direction,
        string code,
        string shown
    )
    {
        await _client.PublishAsync(CoapProfiles.Message(sent, "/test", ("method", method)), CancellationToken.None);

        var row = Assert.Single(_surroundings.Waiting());
        Assert.Equal((direction, shown), (row.Direction, CoapProfiles.Text(row)));
        Assert.Equal((method, code), (row.Details.Find("method").ToString(), row.Details.Find("code").ToString()));
        Assert.NotNull(row.Details.Find(IRequests.RoundTripKey));
        Assert.NotNull(row.Exchange);
    }

    [Fact]
    public async Task Where_both_sides_say_something_both_are_rows_of_one_exchange()
    {
        await _client.PublishAsync(CoapProfiles.Message("x", "/test", ("method", "FETCH")), CancellationToken.None);

        var rows = _surroundings.Waiting();
        Assert.Equal([Direction.Out, Direction.In], rows.Select(row => row.Direction).Take(2));
        Assert.Equal(rows[0].Exchange, rows[^1].Exchange);
    }

    [Fact]
    public async Task A_request_that_nobody_answered_is_a_row_without_a_code()
    {
        await PlugServerTests.LoseAsync(_client, 100);
        await Assert.ThrowsAsync<TransportException>(() =>
            _client.PublishAsync(
                CoapProfiles.Message("", "/test", ("method", "GET"), ("confirmable", "false")),
                CancellationToken.None
            )
        );

        var row = Assert.Single(_surroundings.Waiting());
        Assert.Equal(Direction.Out, row.Direction);
        Assert.Null(row.Details.Find("code"));
    }

    [Fact]
    public async Task What_was_sent_can_be_sent_again_as_it_was()
    {
        await _client.PublishAsync(
            CoapProfiles.Message("{}", "/test", ("method", "POST"), ("content_format", "json")),
            CancellationToken.None
        );

        var options = CoapProfiles.Transport.OptionsOf(Assert.Single(_surroundings.Waiting()));
        Assert.Equal("POST", options.Get(TraceMQ.Transport.Coap.CoapSettings.Method));
        Assert.Equal("true", options.Get(TraceMQ.Transport.Coap.CoapSettings.OfMessageConfirmable));
    }

    [Fact]
    public async Task The_topics_of_a_server_are_known_before_anything_comes()
    {
        var topics = await _client.Feature<IKnownTopics>()!.ListTopicsAsync(CancellationToken.None);

        Assert.Contains("/test", topics);
        Assert.Contains("/a%3Eb/c", topics);
        Assert.Empty(_surroundings.Waiting());
    }
}
