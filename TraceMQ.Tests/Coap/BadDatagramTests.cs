namespace TraceMQ.Tests.Coap;

/// <summary>What our server does with datagrams that no good peer sends (RFC 7252, sections 3 and 4), on the wire.</summary>
public sealed class BadDatagramTests : IAsyncLifetime, IDisposable
{
    private CoapServed _server = null!;
    private RawCoap _peer = null!;

    public async Task InitializeAsync()
    {
        _server = await CoapServed.StartAsync(("coap.resources", "/t=hello"));
        _peer = new RawCoap(_server.Port);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _peer.Dispose();

    [Theory]
    [InlineData("nothing", "")]
    [InlineData("a byte", "40")]
    [InlineData("three bytes", "40 01 00")]
    [InlineData("version 0", "00 01 00 01")]
    [InlineData("version 2", "80 01 00 01")]
    [InlineData("version 3", "c0 01 00 01")]
    [InlineData("an empty NON", "50 00 00 01")]
    [InlineData("a token length of 9, NON", "59 01 00 01 01 02 03 04 05 06 07 08 09")]
    [InlineData("an empty NON with a token", "51 00 00 01 aa")]
    [InlineData("a class that is reserved, NON", "50 21 00 01")]
    [InlineData("an ACK for nothing", "60 45 00 01")]
    [InlineData("an ACK that is damaged", "6f 45 00 01")]
    [InlineData("a reset for nothing", "70 00 00 01")]
    [InlineData("a NON with an unknown critical option", "50 01 00 01 b1 74 d1 e5 00")]
    [InlineData("a NON response to nothing that is not wanted and resettable", "61 45 00 01 aa")]
    public async Task Silence(string what, string hex)
    {
        Assert.NotEmpty(what);
        Assert.Null(await _peer.ReactionAsync(hex));
    }

    [Theory]
    [InlineData("a token length of 9", "49 01 12 34 01 02 03 04 05 06 07 08 09")]
    [InlineData("a token length of 15", "4f 01 12 34")]
    [InlineData("a token that is cut off", "44 01 12 34 aa")]
    [InlineData("an option that is cut off", "40 01 12 34 b5 74")]
    [InlineData("the delta 15", "40 01 12 34 f1 74")]
    [InlineData("the length 15", "40 01 12 34 bf 74")]
    [InlineData("an option number beyond 65535", "40 01 12 34 e0 ff f0 e0 00 00")]
    [InlineData("a marker without a payload", "40 01 12 34 b1 74 ff")]
    [InlineData("an empty message with a token", "41 00 12 34 aa")]
    [InlineData("an empty message with a payload", "40 00 12 34 ff 61")]
    [InlineData("a code of class 1", "40 21 12 34")]
    [InlineData("a code of class 6", "40 c1 12 34")]
    [InlineData("a code of class 7", "40 e1 12 34")]
    [InlineData("a ping", "40 00 12 34")]
    [InlineData("a response to nothing", "41 45 12 34 aa")]
    public async Task A_reset(string what, string hex)
    {
        Assert.NotEmpty(what);
        Assert.Equal([0x70, 0x00, 0x12, 0x34], await _peer.ReactionAsync(hex));
    }

    [Theory]
    [InlineData("an unknown critical option", "40 01 12 34 b1 74 d1 e5 00", 0x82)]
    [InlineData("If-Match of nine bytes", "40 01 12 34 19 00 00 00 00 00 00 00 00 00", 0x82)]
    [InlineData("Uri-Host twice", "40 01 12 34 31 61 01 61", 0x82)]
    [InlineData("an unknown elective option", "40 01 12 34 b1 74 d1 e6 00", 0x45)]
    [InlineData("ETag of nine bytes", "40 01 12 34 49 00 00 00 00 00 00 00 00 00 71 74", 0x45)]
    [InlineData("Block2 with the size 7", "40 01 12 34 b1 74 c1 07", 0x80)]
    [InlineData("Block1 that begins in the middle", "40 03 12 34 b1 6e d1 03 16", 0x88)]
    [InlineData("Block1 with a huge number", "40 03 12 34 b1 6e d3 03 ff ff f6", 0x88)]
    [InlineData("Block1 with the size 7", "40 03 12 34 b1 6e d1 03 0f", 0x80)]
    [InlineData("a method that nobody knows", "40 1f 12 34 b1 74", 0x85)]
    [InlineData("a proxy", "40 01 12 34 d3 16 61 3a 62", 0xa5)]
    [InlineData("a hop limit of 0", "40 01 12 34 b1 74 51 00", 0x80)]
    [InlineData("a path that is no text", "40 01 12 34 b1 ff", 0x82)]
    public async Task A_response(string what, string hex, int code)
    {
        Assert.NotEmpty(what);
        var answer = await _peer.ReactionAsync(hex);
        Assert.NotNull(answer);
        Assert.Equal((0x60, code, 0x12, 0x34), (answer[0] & 0xf0, (int)answer[1], answer[2], answer[3]));
    }

    [Fact]
    public async Task A_repeated_CON_gets_the_same_answer_and_is_acted_on_once()
    {
        const string Post = "40 02 12 34 b1 74 ff 61";
        var first = await _peer.AskAsync(Post);
        Assert.Equal(0x41, first[1]);
        Assert.Equal(first, await _peer.AskAsync(Post));
        Assert.Equal(0x84, (await _peer.AskAsync("40 01 12 35 b1 74 01 32"))[1]);
    }

    [Fact]
    public async Task A_repeated_NON_is_acted_on_once_and_not_answered_again()
    {
        const string Post = "50 02 12 34 b1 74 ff 61";
        Assert.Equal(0x41, (await _peer.AskAsync(Post))[1]);
        Assert.Null(await _peer.ReactionAsync(Post));
    }

    [Fact]
    public async Task What_nobody_understood_makes_no_peer()
    {
        Assert.NotNull(await _peer.ReactionAsync("4f 01 12 34"));
        using var other = new RawCoap(_server.Port);
        await other.SendAsync("80 01 00 01");
        await other.AskAsync("4f 01 12 34");
        Assert.Equal("1", _server.Session.Facts.Single(fact => fact.Label == "clients").Value);
    }
}
